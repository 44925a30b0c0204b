// Noise that every driver computes alike: integer hashes, no sin().

// PCG3D (M. Jarzynski and M. Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020).
uvec3 pcg3d(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    return v;
}

// Three independent values 0...1 for a cell; the show's seed changes them all.
vec3 hash3(ivec3 cell) {
    return vec3(pcg3d(uvec3(cell) + seed) >> 8u) / 16777216.0;
}

float hash(ivec2 cell) {
    return hash3(ivec3(cell, 0)).x;
}

// Smooth value noise, 0...1.
float noise(vec2 p) {
    ivec2 i = ivec2(floor(p));
    vec2 f = p - vec2(i);
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    return mix(mix(hash(i), hash(i + ivec2(1, 0)), f.x),
               mix(hash(i + ivec2(0, 1)), hash(i + ivec2(1, 1)), f.x), f.y);
}

float noise(vec3 p) {
    ivec3 i = ivec3(floor(p));
    vec3 f = p - vec3(i);
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    vec4 near = vec4(hash3(i).x, hash3(i + ivec3(1, 0, 0)).x,
                     hash3(i + ivec3(0, 1, 0)).x, hash3(i + ivec3(1, 1, 0)).x);
    vec4 far = vec4(hash3(i + ivec3(0, 0, 1)).x, hash3(i + ivec3(1, 0, 1)).x,
                    hash3(i + ivec3(0, 1, 1)).x, hash3(i + ivec3(1, 1, 1)).x);
    vec4 slab = mix(near, far, f.z);
    vec2 edge = mix(slab.xz, slab.yw, f.x);
    return mix(edge.x, edge.y, f.y);
}

// Fractal sum of octaves, 0...1, each turned a little so that the grids do not line up.
float fbm(vec2 p, int octaves) {
    float sum = 0.0, weight = 0.5, total = 0.0;
    for (int i = 0; i < octaves; i++) {
        sum += weight * noise(p);
        total += weight;
        weight *= 0.5;
        p = mat2(1.6, 1.2, -1.2, 1.6) * p + 17.0;
    }
    return sum / total;
}
