// Colours in linear light.

// From sRGB as colour pickers write it, 0...1 (IEC 61966-2-1).
vec3 srgb(vec3 encoded) {
    return mix(encoded / 12.92, pow((encoded + 0.055) / 1.055, vec3(2.4)),
               greaterThan(encoded, vec3(0.04045)));
}

// From hue, saturation and value, each 0...1; the hue goes round.
vec3 hsv(float hue, float saturation, float value) {
    vec3 ramp = clamp(abs(fract(hue + vec3(0.0, 2.0, 1.0) / 3.0) * 6.0 - 3.0) - 1.0, 0.0, 1.0);
    return srgb(value * mix(vec3(1.0), ramp, saturation));
}

// Oklab in polar form (B. Ottosson, 2020): equal steps look equal. lightness 0...1,
// chroma 0...0.37, hue in turns.
vec3 oklch(float lightness, float chroma, float hue) {
    float a = chroma * cos(6.2831853 * hue), b = chroma * sin(6.2831853 * hue);
    vec3 lms = vec3(lightness + 0.3963377774 * a + 0.2158037573 * b,
                    lightness - 0.1055613458 * a - 0.0638541728 * b,
                    lightness - 0.0894841775 * a - 1.2914855480 * b);
    lms = lms * lms * lms;
    return max(vec3(4.0767416621 * lms.x - 3.3077115913 * lms.y + 0.2309699292 * lms.z,
                    -1.2684380046 * lms.x + 2.6097574011 * lms.y - 0.3413193965 * lms.z,
                    -0.0041960863 * lms.x - 0.7034186147 * lms.y + 1.7076147010 * lms.z), 0.0);
}

// Cosine gradient (I. Quilez): offset + amplitude * cos(turns * (frequency * t + phase)).
vec3 palette(float t, vec3 offset, vec3 amplitude, vec3 frequency, vec3 phase) {
    return offset + amplitude * cos(6.2831853 * (frequency * t + phase));
}

float luminance(vec3 light) {
    return dot(light, vec3(0.2126, 0.7152, 0.0722));
}
