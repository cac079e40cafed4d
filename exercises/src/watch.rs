//! # Watch
//!
//! `course watch [EXERCISE]`: checks an exercise whenever its file is saved. It says what
//! `check` says, one verdict below the other; a terminal's live view of the same stands
//! on [`Saves`] as well.
//!
//! The system tells of changed files where it can. On network folders and the like it
//! cannot, and `--poll` looks by itself, twice a second.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecursiveMode, Watcher};

use crate::check::{Shown, check};
use crate::manifest::{Course, Exercise};
use crate::place::Place;
use crate::trial::Trial;
use crate::trouble::Trouble;

/// An editor saves in several steps; it is done when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(200);

/// How often `--poll` looks.
const POLL: Duration = Duration::from_millis(500);

/// How to learn that a file was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The system tells.
    Told,
    /// By looking.
    Looking,
}

/// Checks the exercise now, and then each one that is saved, until Ctrl-C.
///
/// # Errors
///
/// If nobody can say when a file is saved.
pub fn watch(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
    how: How,
    tell: &mut dyn FnMut(&str),
) -> Result<(), Trouble> {
    let saves = Saves::new(&trial.place, how)?;
    tell("checks what you save in exercises/*/src; Ctrl-C ends it\n");
    let mut saved = Some(exercise);
    while let Some(exercise) = saved {
        let rule = "─".repeat(60);
        tell(&format!(
            "\n{}\n",
            trial.ink.dim(format_args!("── {} {rule}", exercise.id))
        ));
        // A folder that is missing now may be there again at the next save.
        match check(course, exercise, trial, Shown::Calm) {
            Ok(answer) => {
                tell(&answer.text);
                answer.notices.iter().for_each(|it| tell(&format!("note: {it}\n")));
            }
            Err(trouble) => tell(&format!("{trouble}\n")),
        }
        saved = saves.next(course);
    }
    Ok(())
}

/// The saves of exercises' files, as they happen.
pub struct Saves {
    root: PathBuf,
    events: Receiver<notify::Result<Event>>,
    /// Kept, because it stops when it is dropped.
    _watcher: Box<dyn Watcher + Send>,
}

impl Saves {
    /// Begins to watch.
    ///
    /// # Errors
    ///
    /// If the folder cannot be watched.
    pub fn new(place: &Place, how: How) -> Result<Self, Trouble> {
        // The system speaks of files by their real names, whatever led here.
        let folder = place.root().join("exercises");
        let root = fs::canonicalize(&folder)
            .map_err(|error| Trouble::file("watch", &folder, &error))?;
        let (sender, events) = mpsc::channel();
        let mut watcher: Box<dyn Watcher + Send> = match how {
            How::Told => {
                Box::new(notify::recommended_watcher(sender).map_err(refused)?)
            }
            How::Looking => {
                let often = Config::default()
                    .with_poll_interval(POLL)
                    .with_compare_contents(true);
                Box::new(PollWatcher::new(sender, often).map_err(refused)?)
            }
        };
        watcher.watch(&root, RecursiveMode::Recursive).map_err(refused)?;
        Ok(Self { root, events, _watcher: watcher })
    }

    /// Waits for the next save, and until the editor is done with it. `None` when there
    /// can be no more.
    pub fn next<'a>(&self, course: &'a Course) -> Option<&'a Exercise> {
        let mut saved = None;
        loop {
            let event = match saved {
                None => self.events.recv().ok()?,
                Some(_) => match self.events.recv_timeout(QUIET) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout) => return saved,
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
            };
            // An error of the watcher is a save that is missed; the next one is not.
            if let Some(exercise) = event.ok().and_then(|it| self.of(&it, course)) {
                saved = Some(exercise);
            }
        }
    }

    fn of<'a>(&self, event: &Event, course: &'a Course) -> Option<&'a Exercise> {
        if matches!(event.kind, EventKind::Access(_)) {
            return None;
        }
        event.paths.iter().find_map(|path| source(&self.root, path, course))
    }
}

/// The exercise whose source a file is.
fn source<'a>(root: &Path, path: &Path, course: &'a Course) -> Option<&'a Exercise> {
    let path = path.strip_prefix(root).ok()?;
    if path.extension()? != "rs" {
        return None;
    }
    let exercise =
        course.exercises.iter().find(|exercise| path.starts_with(&exercise.id))?;
    path.starts_with(Path::new(&exercise.id).join("src")).then_some(exercise)
}

// By value, because that is how `map_err` hands it over.
#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn refused(error: notify::Error) -> Trouble {
    Trouble::new(format!(
        "the system does not tell of saved files ({error}); `--poll` looks by itself"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{How, Saves, source};
    use crate::manifest::tests::small;
    use crate::place::{Place, replace};

    #[test]
    fn a_source_belongs_to_its_exercise_and_nothing_else_does() {
        let course = small();
        let root = Path::new("/course/exercises");
        let of = |path: &str| {
            source(root, &root.join(path), &course).map(|it| it.id.as_str())
        };
        assert_eq!(of("02-scheduler/src/lib.rs"), Some("02-scheduler"));
        assert_eq!(of("02-scheduler/src/part/queue.rs"), Some("02-scheduler"));
        assert_eq!(of("02-scheduler/src/.lib.rs.swp"), None);
        assert_eq!(of("02-scheduler/checks/c1.rs"), None);
        assert_eq!(of("src/main.rs"), None);
    }

    #[test]
    fn a_save_is_noticed() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let [first, second] = course.exercises.as_slice() else { panic!("two") };
        replace(&place.yours(first), b"one").unwrap();
        replace(&place.yours(second), b"two").unwrap();
        let saves = Saves::new(&place, How::Told).unwrap();
        replace(&place.yours(second), b"three").unwrap();
        assert_eq!(saves.next(&course).unwrap().id, "02-scheduler");
    }
}
