//! # Finds
//!
//! What there is to be seen: the systems that run and listen, and the recordings in a
//! folder. The [screen](mod@crate::screen) has one of them chosen, and [`list`] prints
//! them where there is no terminal.
//!
//! A system is asked who it is by looking at it for a moment, as any viewer would. One that
//! is in a long turn, or stands still because somebody stopped it, may not answer at once,
//! and is named all the same.
//!
//! Ancestor: none; the ancestor's pictures were found by their port, 1500.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axon::trace::{Event, Line};

use crate::canvas::{padded, visible, width};

/// Something that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// Where it is: a socket, or a file.
    pub path: PathBuf,
    /// What it is called.
    pub name: String,
    /// The number of its process; none for a recording.
    pub pid: Option<u32>,
    /// What is known of it besides.
    pub about: String,
    /// When it began; of a recording, when something was last written to it.
    pub since: Option<SystemTime>,
}

/// All that there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finds {
    /// The systems first, by their numbers, then the recordings, the latest first.
    pub all: Vec<Find>,
    /// Where nothing could be looked for, and why.
    pub notices: Vec<String>,
}

impl Finds {
    /// Looks for systems where they listen, and for recordings in a folder.
    pub fn seek(meeting_place: &Path, folder: &Path) -> Self {
        let mut finds = Self::default();
        #[cfg(unix)]
        finds.seek_systems(meeting_place);
        #[cfg(not(unix))]
        let _ = meeting_place;
        match recordings(folder) {
            Ok(found) => finds.all.extend(found),
            Err(error) => finds.note("recordings", folder, &error),
        }
        finds
    }

    fn note(&mut self, what: &str, folder: &Path, error: &io::Error) {
        let folder = folder.display();
        self.notices.push(format!("cannot look for {what} in `{folder}`: {error}"));
    }

    /// The one that somebody means by a name, by the number of its process or by a path.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one; it says which there are.
    pub fn named(&self, word: &str) -> Result<&Find, String> {
        let systems = self.all.iter().filter(|it| it.pid.is_some());
        let is_it = |it: &&Find| {
            it.name == word
                || it.pid.map(|pid| pid.to_string()).as_deref() == Some(word)
                || it.path == Path::new(word)
        };
        let found: Vec<_> = systems.clone().filter(is_it).collect();
        let names = |finds: &[&Find]| {
            let name =
                |it: &&Find| format!("{} ({})", it.name, it.pid.unwrap_or_default());
            finds.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        match &found[..] {
            [one] => Ok(one),
            [] => {
                let there = names(&systems.collect::<Vec<_>>());
                Err(match &*there {
                    "" => format!(
                        "no system listens that is called `{word}`, nor does any other; \
                         one is started with AXON_TRACE=live"
                    ),
                    there => format!(
                        "no system listens that is called `{word}`; there are {there}"
                    ),
                })
            }
            several => Err(format!(
                "several systems are called `{word}`: {}; name one by its number",
                names(several)
            )),
        }
    }
}

impl Find {
    /// What a list says of it: its kind or number, its name, what is known, and its age.
    pub fn row(&self, now: SystemTime) -> [String; 4] {
        let kind = self.pid.map_or("recording".to_string(), |pid| pid.to_string());
        let age = self.since.and_then(|it| now.duration_since(it).ok());
        let age = match (age, self.pid) {
            (None, _) => String::new(),
            (Some(age), Some(_)) => format!("for {}", said(age)),
            (Some(age), None) => format!("{} ago", said(age)),
        };
        let one_line = |text: &str| text.chars().map(visible).collect();
        [kind, one_line(&self.name), one_line(&self.about), age]
    }
}

/// Says how long something takes.
fn said(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// Lists what there is, a line each.
pub fn list(finds: &Finds, now: SystemTime) -> String {
    let rows: Vec<_> = finds.all.iter().map(|it| it.row(now)).collect();
    let widest = |n: usize| rows.iter().map(|row| width(&row[n])).max().unwrap_or(0);
    let wide = [widest(0), widest(1), widest(2), widest(3)];
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(wide).map(|(it, wide)| padded(it, wide + 2));
        let _ = writeln!(text, "{}", cells.collect::<String>().trim_end());
    }
    text
}

/// Returns the recordings in a folder, the latest first.
fn recordings(folder: &Path) -> io::Result<Vec<Find>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_named_so = path.extension().is_some_and(|it| it == "jsonl");
        let Some(about) = path.metadata().ok().filter(Metadata::is_file) else {
            continue;
        };
        if !is_named_so {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into();
        let system = File::open(&path).map(first_word);
        let size = match about.len() {
            bytes @ 0..10_240 => format!("{bytes} bytes"),
            bytes @ 10_240..10_485_760 => format!("{} KiB", bytes >> 10),
            bytes => format!("{} MiB", bytes >> 20),
        };
        let about_it = match system {
            // There are other things that are written in such lines.
            Ok(None) => continue,
            Ok(Some(system)) => format!("{system}, {size}"),
            Err(error) => format!("cannot be read: {error}"),
        };
        let since = about.modified().ok();
        found.push(Find { path, name, pid: None, about: about_it, since });
    }
    found.sort_by(|a, b| (b.since, &a.name).cmp(&(a.since, &b.name)));
    Ok(found)
}

/// Returns the name of the system that a recording is of; none if it is no recording.
fn first_word(file: File) -> Option<String> {
    let mut first = String::new();
    BufReader::new(file.take(1 << 12)).read_line(&mut first).ok()?;
    match first.parse::<Line>().ok()?.event {
        Event::Hello { system, kit, .. } => {
            Some(if system.is_empty() { kit } else { system })
        }
        _ => None,
    }
}

#[cfg(unix)]
pub use self::systems::at_socket;

#[cfg(unix)]
mod systems {
    use std::io::{self, Read};
    use std::os::unix::net::UnixStream;
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    use axon::trace::{Event, VERSION, sightings};

    use super::{Find, Finds};
    use crate::feed::{Feed, Recording, Said};

    /// So long is a system asked who it is.
    const PATIENCE: Duration = Duration::from_millis(300);

    impl Finds {
        /// Looks for systems, and asks all of them at once who they are.
        pub(super) fn seek_systems(&mut self, folder: &Path) {
            let found = match sightings(folder) {
                Ok(found) => found,
                Err(error) => return self.note("systems", folder, &error),
            };
            let ask = |path: &Path| match peek(path, PATIENCE) {
                Ok(about) => about,
                Err(error) => error.to_string(),
            };
            self.all.extend(thread::scope(|scope| {
                let asked: Vec<_> = found
                    .iter()
                    .map(|it| (it, scope.spawn(|| ask(&it.path))))
                    .collect();
                let found = asked.into_iter().map(|(it, about)| Find {
                    path: it.path.clone(),
                    name: it.name.clone(),
                    pid: Some(it.pid),
                    about: about.join().unwrap_or_default(),
                    since: it.path.metadata().and_then(|it| it.modified()).ok(),
                });
                found.collect::<Vec<_>>()
            }));
        }
    }

    /// Asks a system who it is.
    fn peek(path: &Path, patience: Duration) -> io::Result<String> {
        let (said, version) = listen(path, patience)?;
        if let Some(v) = version {
            return Ok(format!("speaks version {v} of the trace, not {VERSION}"));
        }
        let components = said.lines.iter().find_map(|line| match &line.event {
            Event::Snapshot { components, .. } => Some(components.len()),
            _ => None,
        });
        Ok(match components {
            Some(1) => "1 component".to_string(),
            Some(n) => format!("{n} components"),
            None => "does not answer just now".to_string(),
        })
    }

    /// Returns how the system at a socket stands now.
    ///
    /// # Errors
    ///
    /// If nobody listens there, or nobody answers in time, or not in these words.
    pub fn at_socket(path: &Path, patience: Duration) -> io::Result<Recording> {
        match listen(path, patience)? {
            (_, Some(v)) => Err(io::Error::other(format!(
                "it speaks version {v} of the trace, and this viewer version {VERSION}"
            ))),
            (said, None) if said.lines.is_empty() => {
                Err(io::Error::other("it does not answer; it may be in a long turn"))
            }
            (said, None) => Ok(said),
        }
    }

    /// Listens until the snapshot has come. Returns what was said, and the version if it
    /// is another one.
    fn listen(
        path: &Path,
        patience: Duration,
    ) -> io::Result<(Recording, Option<u32>)> {
        let mut socket = UnixStream::connect(path)?;
        let end = Instant::now() + patience;
        let mut recording = Recording::default();
        let mut feed = Feed::default();
        let mut bytes = vec![0; 1 << 16];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            socket.set_read_timeout(Some(left))?;
            let count = match socket.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if is_late(&error) => break,
                Err(error) => return Err(error),
            };
            for said in feed.push(&bytes[..count]) {
                match said {
                    Said::Version(v) => return Ok((recording, Some(v))),
                    Said::Other(_) => {}
                    Said::Line(line) => {
                        let is_all = matches!(line.event, Event::Snapshot { .. });
                        recording.lines.push(line);
                        if is_all {
                            return Ok((recording, None));
                        }
                    }
                }
            }
        }
        Ok((recording, None))
    }

    fn is_late(error: &io::Error) -> bool {
        matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
    }
}
