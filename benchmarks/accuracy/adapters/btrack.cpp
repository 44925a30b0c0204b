// BTrack at its defaults (hop 512, frame 1024): doubles at 44.1 kHz on stdin, JSON on stdout.
// Causal: a beat is reported at the end of the hop in which BTrack says it is due.
#include <cstdio>
#include <ctime>
#include <vector>

#include "BTrack.h"

int main() {
    constexpr int hop = 512;
    constexpr double rate = 44100.0;
    BTrack tracker(hop);
    std::vector<double> frame(hop);
    long count = 0;
    clock_t used = 0;
    std::printf("{\"beats\": [");
    bool first = true;
    double bpm = 0.0;
    while (std::fread(frame.data(), sizeof(double), hop, stdin) == hop) {
        const clock_t before = std::clock();
        tracker.processAudioFrame(frame.data());
        used += std::clock() - before;
        ++count;
        if (tracker.beatDueInCurrentFrame()) {
            std::printf("%s%.6f", first ? "" : ", ", static_cast<double>(count * hop) / rate);
            first = false;
            bpm = tracker.getCurrentTempoEstimate();
        }
    }
    const double cost = count ? 1e6 * used / CLOCKS_PER_SEC / count : 0.0;
    std::printf("], \"tempo_bpm\": %.4f, \"us_per_hop\": %.3f, \"hop\": %d}\n", bpm, cost, hop);
}
