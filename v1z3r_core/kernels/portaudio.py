"""What portaudio.h says that a stream's callbacks must know."""

BUFFER_DAC_TIME, CURRENT_TIME = 2, 1  # fields of PaStreamCallbackTimeInfo, doubles
OUTPUT_UNDERFLOW = 0x4  # paOutputUnderflow
LONGEST_DELAY_SECONDS = 10.0  # a driver that claims more, or less than none, has no clock
ABORT = 2  # paAbort: a callback's answer that has it called no more
