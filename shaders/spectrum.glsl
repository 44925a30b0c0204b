/*---
title = "Spectrum"
author = "v1z3r_core"
description = "Logarithmic bands over a wet floor, with peaks that hang and fall"
tags = ["bars", "calm"]

[parameters.low]
label = "Bass"
kind = "color"
default = "#ff2163"

[parameters.middle]
label = "Middle"
kind = "color"
default = "#6a45ff"

[parameters.high]
label = "Treble"
kind = "color"
default = "#17f5b4"

[parameters.glow]
label = "Glow"
default = 0.9
min = 0.0
max = 2.0

[parameters.reflection]
label = "Reflection"
default = 0.5
min = 0.0
max = 1.0

[parameters.bars]
label = "Most bars"
kind = "int"
default = 64
min = 8
max = 64

[targets.shed]
scale = 0.5

[[passes]]
entry = "shed_light"
target = "shed"
---*/
#include "oklab.glsl"

const float HORIZON = 0.30;    // height of the floor's edge, of the picture's height
const float RANGE = 0.58;      // height of a full bar
const float SQUASHED = 1.45;   // the reflection is seen at a slant
const float FINEST_PITCH = 4.0;  // pixels from bar to bar below which bars are merged

// Where the bars stand, in whole pixels: columns of unequal width would beat with the grid.
struct Row {
    int count;
    float pitch, width, left;
};

Row row_of_bars() {
    Row row;
    row.count = bars;
    while (row.count > 8 && 0.94 * resolution.x / float(row.count) < FINEST_PITCH) row.count /= 2;
    row.pitch = max(1.0, floor(0.94 * resolution.x / float(row.count)));
    row.width = row.pitch - max(1.0, round(0.24 * row.pitch));
    row.left = floor(0.5 * (resolution.x - row.pitch * float(row.count) + row.pitch - row.width));
    return row;
}

// Loudest band under a bar: level, peak.
vec2 heard(int bar, int count) {
    if (bar < 0 || bar >= count) return vec2(0.0);
    int first = bar * BANDS / count, last = max(first + 1, (bar + 1) * BANDS / count);
    vec2 loudest = vec2(0.0);
    for (int i = first; i < last; i++) {
        float x = (float(i) + 0.5) / float(BANDS);
        loudest = max(loudest, vec2(band(x), peak_band(x)));
    }
    return loudest;
}

// Share of an interval of `size` around `place` that lies between two edges: exact coverage.
float covered(float place, float size, float low, float high) {
    return clamp(min(place + 0.5 * size, high) - max(place - 0.5 * size, low), 0.0, size) / size;
}

// Colour at a place along the row and a height 0...1: a dark foot, a tip close to white.
vec3 tint(float along, float height) {
    vec3 color = gradient(low, middle, high, along);
    return mix(color, vec3(1.0), 0.15 * height * height) * mix(0.05, 1.6, pow(height, 1.4));
}

// Bars and peaks seen from `height` pixels above the floor through a window `blur` pixels high.
vec3 skyline(Row row, float x, float height, float blur) {
    float place = (x - row.left) / row.pitch;
    int bar = int(floor(place));
    vec2 levels = heard(bar, row.count);
    float full = RANGE * resolution.y;
    float start = row.left + floor(place) * row.pitch;
    float across = covered(x, 1.0, start, start + row.width);
    float along = (float(bar) + 0.5) / float(row.count);
    float body = across * covered(height, blur, 0.0, levels.x * full);
    float thick = max(1.0, 0.006 * resolution.y);
    float foot = levels.y * full + 0.5 * thick;
    float cap = across * covered(height, blur, foot, foot + thick);
    cap *= smoothstep(0.0, 0.03, levels.y);  // at rest there is only the floor's edge
    vec3 light = tint(along, 0.12 + 0.88 * clamp(height / full, 0.0, 1.0)) * body;
    float edge = covered(height, blur, levels.x * full - 2.0 * thick, levels.x * full);
    light += across * edge * 0.35 * mix(tint(along, levels.x), vec3(levels.x), 0.3);
    float lit = 0.35 + 0.65 * smoothstep(0.0, 0.12, levels.y - levels.x);
    return mix(light, mix(tint(along, levels.y), vec3(1.0), 0.45) * lit, cap);
}

// Light that the bars shed around them, summed under a kernel that ends smoothly. It is soft: a
// quarter of the pixels is enough.
vec3 halo(Row row, float x, float height) {
    float place = (x - row.left) / row.pitch;
    float full = RANGE * resolution.y;
    float reach = 0.085 * resolution.y;
    int near = int(floor(place));
    int span = clamp(int(ceil(reach / row.pitch)), 1, 7);
    float width = min(reach, float(span) * row.pitch);
    float sum = 0.0, weights = 0.0;
    for (int i = -span; i <= span; i++) {
        float level = heard(near + i, row.count).x;
        float centre = row.left + float(near + i) * row.pitch + 0.5 * row.width;
        float aside = (x - centre) / width;
        float weight = pow(max(1.0 - aside * aside, 0.0), 3.0);
        float above = (height - clamp(height, 0.0, level * full)) / (0.5 * reach);
        sum += weight * level * level * exp(-sqrt(above * above + 4.0 * aside * aside));
        weights += weight;
    }
    float along = clamp(place / float(row.count), 0.0, 1.0);
    return tint(along, 0.5) * (sum / max(weights, 1e-4));
}

vec4 shed_light(vec2 uv) {
    vec2 place = uv * resolution;
    float height = max(place.y - floor(HORIZON * resolution.y), 0.0);
    return vec4(halo(row_of_bars(), place.x, height), 1.0);
}

vec4 scene(vec2 uv) {
    Row row = row_of_bars();
    vec2 place = uv * resolution;
    float floor_y = floor(HORIZON * resolution.y);
    float height = place.y - floor_y;
    float along = clamp((place.x - row.left) / (row.pitch * float(row.count)), 0.0, 1.0);
    float far = (uv.x - 0.5) * min(aspect, 2.4);
    float tall = abs(height) / resolution.y;

    // The room: a faint dome of light over the floor's edge, breathing with the bass.
    float dome = exp(-6.0 * tall - 2.2 * far * far);
    vec3 light = middle * 0.012 * (0.3 + 0.7 * exp(-3.0 * tall));
    light += tint(along, 0.4) * dome * (0.05 + 0.20 * bass * bass);

    if (height >= 0.0) {
        light += skyline(row, place.x, height, 1.0) + glow * texture(shed, uv).rgb;
    } else {
        float depth = -height / (0.62 * resolution.y * HORIZON);
        float blur = 1.0 + 0.05 * resolution.y * depth;
        float fade = 0.55 * exp(-2.6 * depth) * reflection;
        light *= 0.8;
        vec2 mirrored = vec2(uv.x, HORIZON - SQUASHED * height / resolution.y);
        light += fade * (skyline(row, place.x, -SQUASHED * height, blur)
                         + glow * texture(shed, mirrored).rgb);
    }

    // The floor's edge: a line that is there in silence too, a slow shimmer wandering along it. On
    // the beat it lights up, on the downbeat all of it, on the others from the middle outwards.
    float line = covered(height, 1.0, -0.5 * max(1.0, resolution.y / 540.0),
                         0.5 * max(1.0, resolution.y / 540.0));
    float shimmer = 0.5 + 0.5 * sin(9.0 * along - 0.6 * time) * sin(4.0 * along + 0.37 * time);
    float ends = smoothstep(0.0, 0.08, along) * smoothstep(1.0, 0.92, along);
    float aside = 2.0 * abs(along - 0.5);
    float struck = max(beat_pulse() * smoothstep(0.55, 0.15, aside), bar_pulse());
    light += tint(along, 0.75) * ends * (line * (0.30 + 0.25 * shimmer + 0.9 * struck)
             + (0.05 * (0.6 + 0.4 * shimmer) + 0.16 * struck) * exp(-90.0 * tall));
    return vec4(light, 1.0);
}
