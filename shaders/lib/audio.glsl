// What is heard at this frame. Every scene has these; nothing needs to be included.
//
// The scalars (rms, bass, mid, treble, level, onset_decay, beat_phase, ...) are globals of the
// Frame block. Most of these functions read the curves, one texture line each; the last ones turn
// scalars into motion and light.

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

// Catmull-Rom through four neighbours: points are few, and straight lines between them show.
float v1z3r_smooth(float position, int first, int last) {
    float below = floor(position);
    float t = position - below;
    int index = first + int(below);
    float a = v1z3r_texel(2, index - 1, first, last);
    float b = v1z3r_texel(2, index, first, last);
    float c = v1z3r_texel(2, index + 1, first, last);
    float d = v1z3r_texel(2, index + 2, first, last);
    float curve = b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d
                  + t * (3.0 * (b - c) + d - a)));
    return clamp(curve, 0.0, 1.0);
}

float v1z3r_band(float x, int first) {
    return v1z3r_smooth(clamp(x, 0.0, 1.0) * float(BANDS) - 0.5, first, first + BANDS - 1);
}

// Level at a frequency in hertz: 0 (silence) to 1 (full scale), linear in decibels.
float spectrum(float hz) {
    return v1z3r_linear(0, clamp(hz / bin_hz, 0.0, float(v1z3r_LINE - 1)));
}

// The newest samples from a rising zero crossing on, x 0...1; nominally -1...1.
float waveform(float x) {
    return v1z3r_linear(1, clamp(x, 0.0, 1.0) * float(v1z3r_LINE - 1));
}

// Auto-gained level at x 0...1 of the bands' frequency axis, 0...1.
float band(float x) {
    return v1z3r_band(x, v1z3r_BANDS);
}

// The falling peak there, 0...1.
float peak_band(float x) {
    return v1z3r_band(x, v1z3r_PEAKS);
}

// What left and right do not share, with the gain of `band`, 0...1.
float side_band(float x) {
    return v1z3r_band(x, v1z3r_SIDE);
}

// What of `band` is held: tones, chords, pads.
float harmonic_band(float x) {
    return v1z3r_band(x, v1z3r_HARMONIC);
}

// What of `band` is struck: drums, consonants, attacks.
float percussive_band(float x) {
    return v1z3r_band(x, v1z3r_PERCUSSIVE);
}

// Frequency in hertz at x 0...1 of that axis.
float band_hz(float x) {
    float place = clamp(x, 0.0, 1.0) * float(BANDS);
    int below = min(int(place), BANDS - 1);
    float low = v1z3r_texel(2, v1z3r_EDGES + below, v1z3r_EDGES, v1z3r_EDGES + BANDS);
    float high = v1z3r_texel(2, v1z3r_EDGES + below + 1, v1z3r_EDGES, v1z3r_EDGES + BANDS);
    return low * pow(high / low, place - float(below));
}

// As `spectrum`, from 20 to 200 Hz (clamped to them) and fine enough to tell 40 from 50 Hz.
float low_line(float hz) {
    float x = log(max(hz, LOW_FIRST_HZ) / LOW_FIRST_HZ) / log(LOW_LAST_HZ / LOW_FIRST_HZ);
    return v1z3r_smooth(min(x, 1.0) * float(v1z3r_LOW_POINTS - 1), v1z3r_LOW,
                        v1z3r_LOW + v1z3r_LOW_POINTS - 1);
}

// Strength of a pitch class, 0 = C, 1 = C sharp ... 11 = B, and round again; 0...1.
float chroma(int pitch) {
    // Not by %, which is undefined for negative numbers.
    int place = pitch - 12 * int(floor(float(pitch) / 12.0));
    return texelFetch(v1z3r_audio, ivec2(v1z3r_CHROMA + place, 2), 0).r;
}

// An angle that a flow turns at `speed` radians a second. Flows begin anew after FLOW_PERIOD; the
// speed is rounded (to 0.0015 radians a second) so that there this has made whole turns.
float swing(float flow, float speed) {
    return 6.2831853 * fract(flow / FLOW_PERIOD * round(speed * FLOW_PERIOD / 6.2831853));
}

// Light on every so many beats, counted from the downbeat: 1 when the beat sounds, falling to 0
// before the next one that counts. 2.0 takes the first and third of four, 0.5 pulses twice a beat.
// Dark where no beat is sure, so that a picture never pulses against the music.
float on_beat(float every) {
    float left = 1.0 - fract((beat_place + beat_phase) / every);
    return smoothstep(0.3, 0.6, beat_confidence) * left * left;
}

// Light on each beat.
float beat_pulse() {
    return on_beat(1.0);
}

// Light on each downbeat, falling over the whole bar. Dark where no bar is sure.
float bar_pulse() {
    return smoothstep(0.25, 0.5, bar_confidence) * on_beat(beats_per_bar);
}
