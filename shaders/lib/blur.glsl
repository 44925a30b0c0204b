// Blurs for glow, one axis at a time: first across, then up.

// Gaussian of standard deviation `deviation`, a vector in uv; ten looks half a deviation apart,
// the source's own linear filter between them.
vec4 gaussian(sampler2D source, vec2 uv, vec2 deviation) {
    vec4 sum = texture(source, uv);
    float total = 1.0;
    for (int i = 1; i <= 5; i++) {
        float off = 0.5 * float(i), weight = exp(-0.5 * off * off);
        sum += weight * (texture(source, uv + off * deviation)
                         + texture(source, uv - off * deviation));
        total += 2.0 * weight;
    }
    return sum / total;
}
