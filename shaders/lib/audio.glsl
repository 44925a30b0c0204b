// What is heard at this frame. Every scene has these; nothing needs to be included.
//
// The scalars (rms, bass, mid, treble, level, onset, onset_decay, ...) are globals of the Frame
// block; these functions read the curves, one texture line each.

uniform sampler2D v1z3r_audio;

float v1z3r_texel(int line, int index, int first, int last) {
    return texelFetch(v1z3r_audio, ivec2(clamp(index, first, last), line), 0).r;
}

float v1z3r_linear(int line, float position) {
    float below = floor(position);
    int index = int(below);
    return mix(v1z3r_texel(line, index, 0, v1z3r_LINE - 1),
               v1z3r_texel(line, index + 1, 0, v1z3r_LINE - 1), position - below);
}

// Catmull-Rom through four neighbours: bands are few, and straight lines between them show.
float v1z3r_smooth(float x, int first) {
    float position = clamp(x, 0.0, 1.0) * float(BANDS) - 0.5;
    float below = floor(position);
    float t = position - below;
    int index = first + int(below);
    int last = first + BANDS - 1;
    float a = v1z3r_texel(2, index - 1, first, last);
    float b = v1z3r_texel(2, index, first, last);
    float c = v1z3r_texel(2, index + 1, first, last);
    float d = v1z3r_texel(2, index + 2, first, last);
    float curve = b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d
                  + t * (3.0 * (b - c) + d - a)));
    return clamp(curve, 0.0, 1.0);
}

// Level at a frequency in hertz: 0 (silence) to 1 (full scale), linear in decibels.
float spectrum(float hz) {
    return v1z3r_linear(0, clamp(hz / bin_hz, 0.0, float(v1z3r_LINE - 1)));
}

// The newest samples from a rising zero crossing on, x 0...1; nominally -1...1.
float waveform(float x) {
    return v1z3r_linear(1, clamp(x, 0.0, 1.0) * float(v1z3r_LINE - 1));
}

// Auto-gained level at x 0...1 of the logarithmic frequency axis, 0...1.
float band(float x) {
    return v1z3r_smooth(x, 0);
}

// The falling peak there, 0...1.
float peak_band(float x) {
    return v1z3r_smooth(x, BANDS);
}

// Frequency in hertz at x 0...1 of that axis.
float band_hz(float x) {
    return BAND_LOW_HZ * pow(BAND_HIGH_HZ / BAND_LOW_HZ, x);
}
