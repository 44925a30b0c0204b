import threading

from v1z3r_core.engine.watch import FileWatch

PATIENCE_SECONDS = 5.0


def watching(files):
    saved, seen = [], threading.Event()

    def changed(path):
        saved.append(path)
        seen.set()

    watch = FileWatch(changed)
    watch.watch(files)
    return watch, saved, seen


def test_a_saved_file_is_reported_once(tmp_path):
    file = tmp_path / "a.glsl"
    file.write_text("one")
    watch, saved, seen = watching([file])
    file.write_text("another length")
    assert seen.wait(PATIENCE_SECONDS)
    watch.close()
    assert saved == [file]


def test_an_editor_that_saves_by_renaming_is_seen(tmp_path):
    file = tmp_path / "a.glsl"
    file.write_text("one")
    watch, saved, seen = watching([file])
    fresh = tmp_path / "a.glsl~"
    fresh.write_text("two two")
    file.unlink()
    fresh.rename(file)
    assert seen.wait(PATIENCE_SECONDS)
    watch.close()
    assert saved == [file]


def test_a_file_that_appears_later_is_seen(tmp_path):
    file = tmp_path / "later.glsl"
    watch, saved, seen = watching([file])
    file.write_text("now")
    assert seen.wait(PATIENCE_SECONDS)
    watch.close()
    assert saved == [file]
