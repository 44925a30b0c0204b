/*---
title = "Ripples"
description = "Every onset drops a stone into dark water"
tags = ["calm"]

[parameters.water]
kind = "color"
default = "#0d3b66"
label = "Water"

[parameters.sky]
kind = "color"
default = "#ffb26b"
label = "Sky"

[parameters.speed]
default = 0.32
min = 0.05
max = 1.0
label = "Speed of the waves, heights a second"

[targets.stones]
scale = 0.25
format = "rgba32f"
filter = "nearest"
persistent = true

[[passes]]
entry = "remember"
target = "stones"
inputs = ["stones"]
---*/
#include "noise.glsl"

// The last stones, one to an upright strip of the target, so that a resize does not mix them:
// place in xy, time in z, weight in w. Strip 0 keeps the number of onsets seen so far.
const int STRIPS = 16;

vec4 stone(int strip) {
    return texture(stones, vec2((float(strip) + 0.5) / float(STRIPS), 0.5));
}

vec4 remember(vec2 uv) {
    int strip = int(uv.x * float(STRIPS));
    if (strip == 0) return vec4(onset_count);
    int next = 1 + int(mod(onset_count, float(STRIPS - 1)));
    if (strip != next || onset_count == stone(0).x) return texture(stones, uv);
    vec3 chance = hash3(ivec3(int(onset_count), 0, 0));
    return vec4((chance.x - 0.5) * aspect, chance.y - 0.5, time, 0.35 + 0.65 * onset_decay);
}

// Slope of the water at p: rings that run outwards, spread and calm down.
vec2 slope(vec2 p) {
    vec2 sum = vec2(0.0);
    for (int strip = 1; strip < STRIPS; strip++) {
        vec4 dropped = stone(strip);
        float age = time - dropped.z;
        if (dropped.w == 0.0 || age < 0.0) continue;
        vec2 away = p - dropped.xy;
        float r = length(away) + 1e-4;
        float behind = r - speed * age;
        float width = 0.04 + 0.05 * age;
        float envelope = exp(-behind * behind / (width * width) - 1.1 * age);
        float spread = 1.0 / sqrt(1.0 + 12.0 * r);
        sum += dropped.w * spread * envelope * cos(70.0 * behind) * away / r;
    }
    return sum;
}

vec4 scene(vec2 uv) {
    vec2 p = vec2((uv.x - 0.5) * aspect, uv.y - 0.5);
    vec3 normal = normalize(vec3(-0.9 * slope(p), 1.0));
    vec3 seen = reflect(normalize(vec3(p.x, p.y + 0.9, -1.3)), normal);
    vec3 sun = normalize(vec3(0.0, 0.75, 0.8));
    float toward = max(dot(seen, sun), 0.0);
    float fresnel = 0.04 + 0.96 * pow(1.0 - max(seen.z, 0.0), 5.0);
    vec3 light = water * (0.25 + 0.35 * bass + 0.5 * normal.y);
    light += sky * (fresnel * (0.6 + 0.4 * level) + pow(toward, 40.0) * (0.25 + 0.5 * bass)
             + 2.5 * pow(toward, 400.0));
    return vec4(max(light, 0.0), 1.0);
}
