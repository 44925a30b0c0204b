/*---
title = "Nebula"
author = "v1z3r_core"
description = "A star breathes with the beat: kicks travel through its gas as light, drops flare"
tags = ["raymarched", "space", "showpiece"]

[parameters.inner]
label = "Gas near the star"
kind = "color"
default = "#2bd9e8"

[parameters.outer]
label = "Gas at the rim"
kind = "color"
default = "#ff3c6e"

[parameters.dust]
label = "Dust far out"
kind = "color"
default = "#4a2bd0"

[parameters.glow]
label = "Glow"
default = 1.0
min = 0.0
max = 2.0

[parameters.density]
label = "Density of the gas"
default = 1.0
min = 0.2
max = 2.0

[parameters.motion]
label = "Motion"
default = 1.0
min = 0.0
max = 3.0

[parameters.stars]
label = "Stars"
default = 1.0
min = 0.0
max = 2.0

[targets.waves]
scale = 0.125
persistent = true

[targets.gas]
scale = 0.5
persistent = true

[targets.across]
scale = 0.125

[targets.bloom]
scale = 0.125

[[passes]]
entry = "travel"
target = "waves"
inputs = ["waves"]

[[passes]]
entry = "march"
target = "gas"
inputs = ["waves", "gas"]

[[passes]]
entry = "blur_across"
target = "across"
inputs = ["gas"]

[[passes]]
entry = "blur_up"
target = "bloom"
inputs = ["across"]
---*/
#include "blur.glsl"
#include "noise.glsl"
#include "oklab.glsl"

const int STEPS = 34;
const float REACH = 2.6;        // radius of the cloud, in its own units
const float WAVE_SPEED = 2.1;   // units a second at which light runs outwards
const float CAMERA = 4.3;       // distance from the star
const float FOCAL = 1.55;       // of the lens, in heights of the picture

const float FLARE_SECONDS = 0.6;  // of a drop: a beat or two, gone before its wave is out of sight

// What the star sent out, by distance from it: red kicks, green onsets. Every frame it moves
// outwards, thins, and takes up what is heard now at its inner end. Blue is the flare of the last
// drop, the same everywhere; alpha is how many drops it has seen, and one, for it begins black.
vec4 travel(vec2 uv) {
    float texel = 1.0 / float(textureSize(waves, 0).x);
    vec4 last = texture(waves, vec2(0.5));
    float drops = 1.0 + mod(drop_count, 1024.0);  // a half float counts to 2,048
    float flare = last.a > 0.0 && drops > last.a ? 1.0 : last.b * exp(-delta / FLARE_SECONDS);
    float before = uv.x - WAVE_SPEED * delta / REACH;
    vec2 sent = texture(waves, vec2(max(before, 0.5 * texel), 0.5)).rg * exp(-0.7 * delta);
    vec2 heard = vec2(max(kick_decay, 1.4 * flare * flare), onset_decay * onset_decay);
    return vec4(before < texel ? heard : sent, flare, drops);
}

// Kicks and onsets that reach a distance from the star now. Asked inside loops that not every
// pixel walks, where derivatives, and so texture(), are undefined.
vec2 wave_at(float radius) {
    return textureLod(waves, vec2(radius / REACH, 0.5), 0.0).rg;
}

mat2 turned(float angle) {
    float c = cos(angle), s = sin(angle);
    return mat2(c, s, -s, c);
}

// Clouds: sheets of a gyroid (A. Schoen, 1970), each octave folded by the one before. About 0...1.
float clouds(vec3 p, vec3 stir, int octaves) {
    float sum = 0.0, weight = 0.52, total = 0.0;
    vec3 q = p * 1.30 + stir;
    for (int i = 0; i < octaves; i++) {
        float sheet = dot(sin(q), cos(q.yzx));
        sum += weight * (1.0 - abs(sheet));
        total += weight;
        q = q * 1.93 + 0.62 * sin(q.zxy * 0.8 + stir) + 4.7;
        q.xz = mat2(0.80, 0.60, -0.60, 0.80) * q.xz;
        weight *= 0.58;
    }
    return clamp(sum / total, 0.0, 1.0);
}

// Radius to which the star has blown its surroundings hollow: widest on the beat.
float hollowed() {
    float breath = smoothstep(0.3, 0.6, beat_confidence) * cos(6.2831853 * beat_phase);
    return 0.52 + 0.12 * bass + 0.04 * breath;
}

// How much gas a distance from the star can hold: a hollow shell, and a veil further out.
float shell(float radius, float hollow) {
    float rim = exp(-4.0 * (radius - 1.12) * (radius - 1.12));
    float veil = 0.42 * exp(-1.0 * radius);
    return (rim + veil) * smoothstep(hollow - 0.35, hollow + 0.35, radius)
           * smoothstep(REACH, 0.6 * REACH, radius);
}

// Screen place of a pixel, 1 high; narrow pictures step back and wide ones come closer, so that
// the cloud fills both.
vec2 framed(vec2 uv) {
    vec2 screen = (uv - 0.5) * vec2(aspect, 1.0);
    float wide = inversesqrt(max(aspect / 1.78, 1.0));
    return screen * (aspect < 1.0 ? 1.0 / mix(1.0, aspect, 0.6) : wide);
}

// Starlight beyond the cloud: a band of unresolved stars and dust across the sky.
vec3 milky_way(vec2 screen) {
    vec2 sky = mat2(0.87, 0.49, -0.49, 0.87) * screen + motion * vec2(0.0030, 0.0011) * time;
    float rift = fbm(sky * vec2(2.1, 3.4) + 3.0, 4);
    float across_band = sky.y + 0.25 * (rift - 0.5);
    float haze = exp(-9.0 * across_band * across_band) * smoothstep(0.15, 0.85, rift);
    return (mix(dust, inner, 0.25) * 0.018 + outer * 0.007 * rift) * haze * (0.7 + 0.5 * level);
}

vec4 march(vec2 uv) {
    vec2 screen = framed(uv);
    vec3 ray = normalize(vec3(screen, FOCAL));
    vec3 origin = vec3(0.0, 0.0, -CAMERA);
    float drift = motion * 0.04 * time;
    mat2 yaw = turned(drift + swing(mid_flow, 0.14 * motion));
    mat2 pitch = turned(0.22 * sin(0.6 * drift + swing(mid_flow, 0.084 * motion)));
    origin.yz = pitch * origin.yz; ray.yz = pitch * ray.yz;
    origin.xz = yaw * origin.xz;   ray.xz = yaw * ray.xz;
    vec3 stir = motion * vec3(0.05 * time, 0.08 * bass_flow, 0.06 * treble_flow);

    // Only the sphere that holds gas is walked.
    float middle = -dot(origin, ray);
    float half_chord2 = REACH * REACH - dot(origin, origin) + middle * middle;
    vec3 behind = milky_way(screen);
    if (half_chord2 <= 0.0) return vec4(behind, 1.0);
    float half_chord = sqrt(half_chord2);
    float pace = 2.0 * half_chord / float(STEPS);
    vec2 pixel = gl_FragCoord.xy + 5.588238 * float(frame & 63);
    float jitter = fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
    float walked = middle - half_chord + pace * jitter;

    vec3 light = vec3(0.0);
    float clear = 1.0, hollow = hollowed();
    vec3 inner_lab = to_oklab(inner), outer_lab = to_oklab(outer), dust_lab = to_oklab(dust);
    for (int i = 0; i < STEPS; i++) {
        vec3 p = origin + ray * walked;
        walked += pace;
        float radius = length(p);
        float room = shell(radius, hollow);
        if (room < 0.02) continue;
        float shape = clouds(p, stir, 5);
        float thick = room * smoothstep(0.46, 0.86, shape);
        if (thick < 0.003) continue;

        // Light from the star, dimmed by the gas between (one coarse look towards it), and what
        // it sent out some time ago, which passes here now.
        float between = smoothstep(0.45, 0.85, clouds(p * 0.80, stir, 2));
        between *= shell(0.80 * radius, hollow);
        vec2 wave = wave_at(radius);
        float lit = (0.22 + 0.35 * bass + 3.6 * wave.r + 0.9 * wave.g) / (0.42 + radius * radius);
        lit *= exp(-1.7 * between);

        float place = radius + 0.55 * (shape - 0.6);
        vec3 lab = mix(inner_lab, outer_lab, smoothstep(0.70, 1.40, place));
        lab = mix(lab, dust_lab, smoothstep(1.35, 2.0, place));
        float optical = thick * pace * 3.4 * density;
        float emitted = optical * (0.12 + 1.6 * thick * thick) * 1.8;
        light += clear * emitted * lit * max(from_oklab(lab), 0.0);
        clear *= exp(-1.5 * optical);
        if (clear < 0.02) break;
    }
    // The noise of so few steps is averaged over a few frames.
    vec4 now = vec4(light + behind * clear * clear, clear);
    vec4 before = texture(gas, uv);
    float kept = frame == 0 ? 0.0 : exp(-delta / 0.050);
    return mix(now, before, kept);
}

vec4 blur_across(vec2 uv) {
    return gaussian(gas, uv, vec2(0.024 / aspect, 0.0));
}

vec4 blur_up(vec2 uv) {
    return gaussian(across, uv, vec2(0.0, 0.024));
}

// Stars of one layer: one in some cells, a Gaussian that is never smaller than a pixel.
vec3 star_layer(vec2 place, float cells, float share, int layer) {
    vec2 grid = place * cells;
    ivec2 cell = ivec2(floor(grid));
    vec3 dice = hash3(ivec3(cell, layer));
    if (dice.z > share) return vec3(0.0);
    vec2 centre = 0.25 + 0.5 * dice.xy;
    float pixel = cells / resolution.y;
    float size = max(0.022 * (0.5 + dice.x), 0.62 * pixel);
    vec2 off = grid - vec2(cell) - centre;
    float spark = exp(-dot(off, off) / (size * size)) * (0.022 * 0.022) / (size * size) * 4.0;
    float phase = 6.2831853 * dice.y + time * (0.6 + 2.0 * dice.x);
    float twinkle = 0.75 + 0.25 * sin(phase) + 0.8 * treble * dice.y;
    vec3 warmth = mix(vec3(1.0, 0.72, 0.50), vec3(0.62, 0.78, 1.0), dice.y);
    return warmth * spark * twinkle * (0.3 + 2.2 * pow(1.0 - dice.z / share, 4.0));
}

vec4 scene(vec2 uv) {
    vec2 screen = framed(uv);
    // Four looks between the texels of the half-size gas: the walk's dither averages out.
    vec2 texel = 1.0 / vec2(textureSize(gas, 0));
    vec2 up = 0.5 * texel, down = vec2(up.x, -up.y);
    vec4 cloud = 0.25 * (texture(gas, uv + up) + texture(gas, uv - up)
                         + texture(gas, uv + down) + texture(gas, uv - down));
    vec3 soft = texture(bloom, uv).rgb;

    vec2 drift = screen + motion * vec2(0.0030, 0.0011) * time;
    vec3 sky = vec3(0.0010, 0.0013, 0.0040);
    sky += stars * star_layer(drift, 15.0, 0.35, 1);
    sky += stars * star_layer(drift * 1.3 + 7.0, 34.0, 0.30, 2);
    vec3 light = sky * cloud.a * cloud.a + cloud.rgb + glow * 0.35 * soft;

    // A kick's front is a shell: seen edge on it is a ring, also where there is no gas.
    float radius = length(screen);
    float closest = CAMERA * radius * inversesqrt(FOCAL * FOCAL + radius * radius);
    vec2 front = wave_at(closest);
    light += glow * mix_oklab(inner, dust, smoothstep(0.3, 1.8, closest))
             * front.r * front.r * 0.10 * cloud.a / (0.4 + closest);

    // The star itself: a core, its corona, and four faint spikes of the lens.
    vec2 newest = wave_at(0.0);
    float power = 0.45 + 0.30 * bass + 0.65 * newest.r + 0.25 * newest.g;
    power += 0.18 * beat_pulse() + 0.20 * bar_pulse() + 0.9 * textureLod(waves, vec2(0.5), 0.0).b;
    vec3 white = mix(inner, vec3(1.0), 0.75);
    float core = 0.0011 / (radius * radius + 0.00035);
    float corona = 0.030 / (radius + 0.06) * exp(-4.5 * radius);
    vec2 ray = abs(screen);
    float spikes = exp(-260.0 * ray.y - 7.0 * ray.x) + exp(-260.0 * ray.x - 7.0 * ray.y);
    power *= mix(0.3, 1.0, cloud.a);
    vec3 around = glow * mix_oklab(inner, outer, 0.15) * corona;
    light += power * (white * (core + 0.35 * spikes) + around);

    // Exposure by the brightest channel: dense light keeps its colour and its relief.
    float brightest = max(max(light.r, light.g), light.b);
    light *= 1.22 / (0.62 + brightest);
    light = max(mix(vec3(dot(light, vec3(0.2126, 0.7152, 0.0722))), light, 1.22), 0.0);
    float vignette = 1.0 - 0.7 * dot(uv - 0.5, uv - 0.5);
    return vec4(light * vignette, 1.0);
}
