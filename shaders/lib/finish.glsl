// The two ends of every pass: what may enter a texture, and how the picture leaves linear light.

// One NaN or Inf in a feedback texture would spread and stay. Tested on the bits, because
// compilers may assume that isnan never happens; 65504 is the largest half float.
vec4 v1z3r_guard(vec4 color) {
    bvec4 bad = equal(floatBitsToUint(color) & 0x7f800000u, uvec4(0x7f800000u));
    return clamp(mix(color, vec4(0.0), bad), -65504.0, 65504.0);
}

// 0...1 is shown as it is. What is brighter keeps its hue and bleeds towards white, as light
// does on film, instead of being cut off channel by channel, which turns orange into yellow.
vec3 v1z3r_shoulder(vec3 light) {
    float brightest = max(max(light.r, light.g), light.b);
    if (brightest <= 1.0) return light;
    return mix(light / brightest, vec3(1.0), 1.0 - exp(0.35 * (1.0 - brightest)));
}

// IEC 61966-2-1.
vec3 v1z3r_encode(vec3 light) {
    return mix(12.92 * light, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055,
               greaterThan(light, vec3(0.0031308)));
}

// Interleaved gradient noise (J. Jimenez, "Next Generation Post Processing in Call of Duty:
// Advanced Warfare", SIGGRAPH 2014), moved on from frame to frame. It stays below half a step of
// eight bits: gradients lose their bands, while black and every exact value stay what they are.
float v1z3r_dither(vec2 pixel) {
    vec2 place = pixel + 5.588238 * float(frame & 63);
    float noise = fract(52.9829189 * fract(dot(place, vec2(0.06711056, 0.00583715))));
    return (noise - 0.5) * (0.98 / 255.0);
}

// Linear light to the 8-bit picture. Opaque: the picture is what people see.
vec4 v1z3r_finish(vec4 color) {
    vec3 shown = v1z3r_encode(v1z3r_shoulder(max(color.rgb, 0.0)));
    return vec4(shown + v1z3r_dither(gl_FragCoord.xy), 1.0);
}
