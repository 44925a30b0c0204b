"""Our picture in a QOpenGLWidget of a PySide6 program, with Qt's own painting over it.

python examples/host_pyside6.py --seconds 10
"""

import argparse
import sys
from pathlib import Path

from host_sound import HostSound
from PySide6.QtCore import QElapsedTimer, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from v1z3r_core import Engine, load_scene

FRAME_MS = 16


class Visuals(QOpenGLWidget):
    """A widget that shows a scene; Qt makes its context current before each method below."""

    def __init__(self, scene: str, sound: HostSound, seconds: float | None) -> None:
        super().__init__()
        self.scene, self.sound, self.seconds = load_scene(scene), sound, seconds
        self.engine: Engine | None = None
        self.clock = QElapsedTimer()
        # Not frameSwapped: where a swap does not wait for the display, nothing else gets a turn.
        self.pacer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self.pacer.timeout.connect(self.update)

    def initializeGL(self) -> None:
        # Qt makes a new context when the widget moves to another window; the old one is still
        # there, and current, when it announces its end.
        self.context().aboutToBeDestroyed.connect(self.stop)
        self.engine = Engine.attach(self.scene, size=self.pixels(), sample_rate=self.sound.rate)
        self.clock.start()
        self.pacer.start()
        if self.seconds is not None:
            QTimer.singleShot(round(1_000 * self.seconds), self.window().close)

    def paintGL(self) -> None:
        seconds = self.clock.nsecsElapsed() / 1e9
        self.engine.resize(self.pixels())
        self.engine.feed(self.sound.until(seconds))
        self.engine.draw(self.defaultFramebufferObject(), seconds)  # never 0 in this widget
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(255, 128, 0, 128))
            painter.drawEllipse(QRect(16, 16, 60, 60))
            painter.setBrush(QColor(255, 255, 255))
            painter.drawPie(QRect(24, 24, 44, 44), 90 * 16, -round(360 * 16 * (seconds % 1.0)))

    def pixels(self) -> tuple[int, int]:
        ratio = self.devicePixelRatio()
        return round(self.width() * ratio), round(self.height() * ratio)

    def stop(self) -> None:
        if self.engine is not None:
            self.makeCurrent()
            self.engine.close()
            self.engine = None
            self.doneCurrent()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", default="spectrum")
    parser.add_argument("--sound", type=Path, help="a sound file instead of the beat")
    parser.add_argument("--seconds", type=float, help="then end")
    options = parser.parse_args()

    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setSamples(4)  # for Qt's own painting; our picture is the same either way
    QSurfaceFormat.setDefaultFormat(wanted)
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setWindowTitle("A PySide6 host")
    visuals = Visuals(options.scene, HostSound(options.sound), options.seconds)
    window.setCentralWidget(visuals)
    window.statusBar().addWidget(QLabel("This line is Qt's."))
    window.resize(640, 360)
    window.show()
    status = application.exec()
    visuals.stop()
    raise SystemExit(status)


if __name__ == "__main__":
    main()
