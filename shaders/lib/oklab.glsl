// Oklab, in which straight lines between colours look straight (B. Ottosson, "A perceptual color
// space for image processing", 2020). From and to linear-light sRGB primaries.

vec3 to_oklab(vec3 light) {
    vec3 lms = mat3(0.4122214708, 0.2119034982, 0.0883024619,
                    0.5363325363, 0.6806995451, 0.2817188376,
                    0.0514459929, 0.1073969566, 0.6299787005) * max(light, 0.0);
    lms = pow(lms, vec3(1.0 / 3.0));
    return mat3(0.2104542553, 1.9779984951, 0.0259040371,
                0.7936177850, -2.4285922050, 0.7827717662,
                -0.0040720468, 0.4505937099, -0.8086757660) * lms;
}

vec3 from_oklab(vec3 lab) {
    vec3 lms = mat3(1.0, 1.0, 1.0,
                    0.3963377774, -0.1055613458, -0.0894841775,
                    0.2158037573, -0.0638541728, -1.2914855480) * lab;
    lms = lms * lms * lms;
    return mat3(4.0767416621, -1.2684380046, -0.0041960863,
                -3.3077115913, 2.6097574011, -0.7034186147,
                0.2309699292, -0.3413193965, 1.7076147010) * lms;
}

// Half-way back to the chroma that a mix of two colours lost by cutting across the colour wheel.
vec3 v1z3r_vivid(vec3 a, vec3 b, float t) {
    vec3 lab = mix(a, b, t);
    float kept = length(lab.yz), wanted = mix(length(a.yz), length(b.yz), t);
    lab.yz *= mix(1.0, min(wanted / max(kept, 1e-4), 2.0), 0.6);
    return lab;
}

// Colour between two others, t 0...1, without the dark or grey middle of a mix in RGB.
vec3 mix_oklab(vec3 from, vec3 to, float t) {
    return max(from_oklab(v1z3r_vivid(to_oklab(from), to_oklab(to), t)), 0.0);
}

// Gradient through three colours, t 0...1.
vec3 gradient(vec3 first, vec3 second, vec3 third, float t) {
    return t < 0.5 ? mix_oklab(first, second, 2.0 * t) : mix_oklab(second, third, 2.0 * t - 1.0);
}
