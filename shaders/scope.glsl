/*---
title = "Scope"
author = "v1z3r_core"
description = "Triggered oscilloscope: an electron beam on a phosphor that remembers"
tags = ["line", "calm"]

[parameters.beam]
label = "Beam"
kind = "color"
default = "#a8fff0"

[parameters.phosphor]
label = "Afterglow"
kind = "color"
default = "#3d5cff"

[parameters.ember]
label = "Last glow"
kind = "color"
default = "#e0186f"

[parameters.gain]
label = "Gain"
default = 1.8
min = 0.1
max = 4.0

[parameters.focus]
label = "Beam width"
default = 1.0
min = 0.5
max = 4.0

[parameters.afterglow]
label = "Afterglow in seconds"
default = 0.2
min = 0.02
max = 2.0

[parameters.drift]
label = "Drift of the afterglow"
default = 1.0
min = 0.0
max = 4.0

[parameters.graticule]
label = "Graticule"
default = 0.5
min = 0.0
max = 1.0

[targets.trace]
scale = 1.0

[targets.screen]
scale = 0.5
persistent = true

[targets.across]
scale = 0.25

[targets.bloom]
scale = 0.25

[targets.sideways]
scale = 0.5

[targets.fringe]
scale = 0.5

[[passes]]
entry = "draw_trace"
target = "trace"

[[passes]]
entry = "excite"
target = "screen"
inputs = ["trace", "screen"]

[[passes]]
entry = "blur_across"
target = "across"
inputs = ["screen"]

[[passes]]
entry = "blur_up"
target = "bloom"
inputs = ["across"]

[[passes]]
entry = "fringe_across"
target = "sideways"
inputs = ["trace"]

[[passes]]
entry = "fringe_up"
target = "fringe"
inputs = ["sideways"]
---*/
#include "blur.glsl"
#include "oklab.glsl"

const int SAMPLES = 1024;      // the waveform's, one segment between each two
const int MOST_SEGMENTS = 48;  // near one pixel, met only by pictures 100 pixels wide
const float FINEST = 0.62;     // pixels of deviation: light ripples by 2 exp(-2 pi^2 s^2) = 0.1 %
const float MARGIN = 0.03;     // of the width, left and right of the trace

// Error function (Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.27; error 5e-4).
float erf_of(float x) {
    float a = abs(x);
    float p = 1.0 + a * (0.278393 + a * (0.230389 + a * (0.000972 + a * 0.078108)));
    p *= p;
    return sign(x) * (1.0 - 1.0 / (p * p));
}

float trace_height() {
    return min(0.40 * resolution.y, 0.55 * resolution.x);
}

// Place of a sample on the screen, in pixels.
vec2 spot(int i) {
    float x = float(i) / float(SAMPLES - 1);
    float swing = waveform(x) * gain;
    float squared = swing * swing;
    swing *= inversesqrt(sqrt(1.0 + squared * squared));  // an amplifier's rails, not a clip
    return vec2(mix(MARGIN, 1.0 - MARGIN, x) * resolution.x,
                0.5 * resolution.y + swing * trace_height());
}

// Light that a Gaussian beam of deviation `sigma` leaves at `place` while it moves from a to b:
// the integral along the segment, so it is exact however the segments join.
float swept_light(vec2 place, vec2 a, vec2 b, float sigma) {
    vec2 along = b - a;
    float span = max(length(along), 1e-4);
    along /= span;
    vec2 from_start = place - a;
    float forward = dot(from_start, along);
    float aside = from_start.x * along.y - from_start.y * along.x;
    float scale = 0.70710678 / sigma;
    float integral = 0.5 * (erf_of(forward * scale) - erf_of((forward - span) * scale));
    return integral * exp(-aside * aside * scale * scale);
}

// A beam that covers more glass in the same time leaves less light on each place. Half of that
// law: all of it would hide everything but the turning points of a loud passage.
vec4 draw_trace(vec2 uv) {
    vec2 place = uv * resolution;
    float step_px = (1.0 - 2.0 * MARGIN) * resolution.x / float(SAMPLES - 1);
    float sigma = max(FINEST, focus * max(FINEST, resolution.y / 640.0));
    float reach = 3.2 * sigma;
    float first_px = MARGIN * resolution.x;
    int first = clamp(int(floor((place.x - reach - first_px) / step_px)), 0, SAMPLES - 1);
    int last = clamp(int(ceil((place.x + reach - first_px) / step_px)), 0, SAMPLES - 1);
    last = min(last, first + MOST_SEGMENTS);
    float light = 0.0;
    vec2 a = spot(first);
    for (int i = first; i < last; i++) {
        vec2 b = spot(i + 1);
        float nearest = clamp(place.y, min(a.y, b.y), max(a.y, b.y));
        if (abs(place.y - nearest) < reach) {
            float speed = length(b - a) / step_px;
            light += swept_light(place, a, b, sigma) / sqrt(speed);
        }
        a = b;
    }
    return vec4(light, 0.0, 0.0, 1.0);
}

// The phosphor: it takes up the beam's light and gives it back over `afterglow` seconds, while
// the glow drifts away from the middle line like heat.
vec4 excite(vec2 uv) {
    float kept = exp(-delta / afterglow);
    vec2 before = 0.5 + (uv - 0.5) * exp(-drift * delta * vec2(0.05, 0.8));
    float now = texture(trace, uv).r;
    float stored = texture(screen, before).r * kept + now * (1.0 - kept);
    return vec4(stored, 0.0, 0.0, 1.0);
}

vec4 blur_across(vec2 uv) {
    return gaussian(screen, uv, vec2(0.012 / aspect, 0.0));
}

vec4 blur_up(vec2 uv) {
    return gaussian(across, uv, vec2(0.0, 0.012));
}

// The beam's own light in the glass, close around it.
vec4 fringe_across(vec2 uv) {
    return gaussian(trace, uv, vec2(0.0042 / aspect, 0.0));
}

vec4 fringe_up(vec2 uv) {
    return gaussian(sideways, uv, vec2(0.0, 0.0042));
}

// Share of a pixel that lines `width` pixels thick, `pitch` pixels apart, cover.
float ruled(float distance_px, float pitch, float width) {
    float off = abs(distance_px - pitch * round(distance_px / pitch));
    return clamp(0.5 * width + 0.5 - off, 0.0, 1.0);
}

float marks(vec2 place) {
    vec2 centred = place - 0.5 * resolution;
    float unit = trace_height() / 4.0;
    float line = max(1.0, resolution.y / 1080.0);
    vec2 from_axis = abs(centred);
    float inside = step(from_axis.y, 4.5 * unit);
    float grid = max(ruled(centred.x, unit, line), ruled(centred.y, unit, line));
    float axes = max(clamp(0.5 * line + 0.5 - from_axis.x, 0.0, 1.0),
                     clamp(0.5 * line + 0.5 - from_axis.y, 0.0, 1.0));
    float tick = 0.1 * unit;
    float ticks = max(ruled(centred.x, 0.2 * unit, line) * step(from_axis.y, tick),
                      ruled(centred.y, 0.2 * unit, line) * step(from_axis.x, tick));
    ticks *= step(4.0, 0.2 * unit);
    return inside * max(0.45 * grid, max(0.8 * axes, ticks));
}

vec4 scene(vec2 uv) {
    vec2 place = uv * resolution;
    vec2 centred = (uv - 0.5) * vec2(min(aspect, 1.9), 1.0 / max(1.0, 1.0 / aspect));
    float edge = dot(centred, centred);
    float stored = texture(screen, uv).r;
    float halo = texture(bloom, uv).r;
    float near = texture(fringe, uv).r;
    float line = texture(trace, uv).r;

    vec3 glass = mix_oklab(phosphor, beam, 0.3);
    vec3 light = mix_oklab(phosphor, ember, 0.5) * 0.016 * exp(-2.0 * edge);
    light += graticule * glass * 0.13 * marks(place) * exp(-2.0 * edge);
    float shown = 7.5 * stored * stored / (0.035 + stored);  // the haze of old traces stays dark
    light += mix_oklab(ember, phosphor, smoothstep(0.0, 0.11, stored)) * shown;
    light += mix_oklab(phosphor, beam, 0.2) * 0.8 * halo;
    light += mix_oklab(phosphor, beam, 0.45) * 1.6 * near;
    light += beam * 1.5 * line;
    light += vec3(0.6) * line * line;
    return vec4(light * (1.0 - 0.35 * edge), 1.0);
}
