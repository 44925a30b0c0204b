/*---
title = "First light"
description = "Bars of the spectrum over a glow that remembers: the format's smallest example."
tags = ["spectrum", "feedback"]

[parameters.glow]
default = 0.6
min = 0.0
max = 1.0
label = "Afterglow"

[parameters.tint]
kind = "color"
default = "#33a0ff"
label = "Tint"

[targets.trail]
scale = 0.5
persistent = true

[[passes]]
entry = "fade"
target = "trail"
inputs = ["trail"]
---*/
#include "color.glsl"

float bars(vec2 uv) {
    float column = (floor(uv.x * 48.0) + 0.5) / 48.0;
    float height = 0.04 + 0.8 * band(column);
    float edge = fwidth(uv.y);
    float gap = smoothstep(0.08, 0.12, fract(uv.x * 48.0)) * smoothstep(0.92, 0.88, fract(uv.x * 48.0));
    return gap * smoothstep(height + edge, height - edge, uv.y);
}

vec4 fade(vec2 uv) {
    vec2 from = (uv - vec2(0.5, 0.0)) * 0.99 + vec2(0.5, 0.0);
    vec3 before = texture(trail, from).rgb * (0.75 + 0.23 * glow);
    return vec4(max(before, tint * bars(uv) * (0.3 + 0.7 * bass)), 1.0);
}

vec4 scene(vec2 uv) {
    vec3 light = texture(trail, uv).rgb * (0.6 + onset_decay);
    return vec4(light + bars(uv) * mix(tint, vec3(1.0), 0.5), 1.0);
}
