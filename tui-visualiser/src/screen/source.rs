//! # Source
//!
//! Where the lines come from: a file, which may still be growing; a pipe; a system that
//! runs; or a program that is started to be seen. Each has a thread that reads, and says
//! what it has read in portions.
//!
//! A program that was started is ended when the screen is left, since nobody would see it
//! any more. Any other goes on.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
#[cfg(unix)]
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use axon::trace::Event;
use notify::{RecursiveMode, Watcher};

use super::News;
#[cfg(unix)]
use super::attach::{Ear, Line, attach};
use super::viewer::{Message, Viewer};
use crate::feed::{Feed, Recording, Said};
use crate::finds::Find;

/// So much is read at once.
const PORTION: usize = 1 << 16;

/// Where the lines come from.
#[derive(Debug)]
pub enum Source {
    /// A file, with its name.
    File(String, File),
    /// What is piped in.
    Pipe,
    /// A run that is over, with its name.
    Run(String, Recording),
    /// A program: its name and its arguments.
    Program(Vec<String>),
    /// A system that listens, with its name.
    #[cfg(unix)]
    System(String, PathBuf),
}

/// A source at work.
pub(super) struct Opened {
    pub(super) viewer: Viewer,
    pub(super) program: Option<Program>,
    pub(super) ask: Ask,
}

/// Asks the system for something.
type Ask = Box<dyn Fn(&axon::trace::Command) -> io::Result<()>>;

/// A program that was started to be seen.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    /// Goes with the program.
    #[cfg(unix)]
    _ear: Ear,
}

impl Source {
    /// What was found.
    ///
    /// # Errors
    ///
    /// If it is a file that cannot be read.
    pub fn of(find: &Find) -> io::Result<Self> {
        #[cfg(unix)]
        if find.pid.is_some() {
            return Ok(Self::System(find.name.clone(), find.path.clone()));
        }
        let file = File::open(&find.path)?;
        Ok(Self::File(find.path.display().to_string(), file))
    }

    pub(super) fn open(
        self,
        is_ascii: bool,
        sender: &SyncSender<News>,
    ) -> io::Result<Opened> {
        let viewer = match self {
            Self::File(name, file) => open_file(&name, file, is_ascii, sender)?,
            Self::Pipe => {
                let viewer = Viewer::new("standard input", is_ascii);
                pipe(io::stdin(), "the pipe has ended", sender);
                viewer
            }
            Self::Run(name, Recording { lines, notices }) => {
                let mut viewer = Viewer::new(name, is_ascii).of_run(lines);
                viewer.update(Message::Over("the run is over".into()));
                viewer.update(Message::Notices(notices));
                viewer
            }
            Self::Program(words) => return start(&words, is_ascii, sender),
            #[cfg(unix)]
            Self::System(name, path) => {
                let line = attach(&path, sender)?;
                let viewer = Viewer::new(name, is_ascii).of_system();
                return Ok(Opened { viewer, program: None, ask: asking(line) });
            }
        };
        Ok(Opened { viewer, program: None, ask: nobody() })
    }
}

/// Asks on a line.
#[cfg(unix)]
fn asking(line: Line) -> Ask {
    Box::new(move |command| line.ask(command))
}

/// Where there is nobody who could be asked.
fn nobody() -> Ask {
    Box::new(|_| Err(io::ErrorKind::NotConnected.into()))
}

/// Follows what ends once, on a thread.
fn pipe(
    input: impl Read + Send + 'static,
    over: &'static str,
    sender: &SyncSender<News>,
) {
    let sender = sender.clone();
    thread::spawn(move || {
        follow(input, Feed::default(), &sender);
        tell(&sender, Message::Over(over.into()));
    });
}

/// Reads what there is. A run that is over is played; another one is followed.
fn open_file(
    name: &str,
    mut file: File,
    is_ascii: bool,
    sender: &SyncSender<News>,
) -> io::Result<Viewer> {
    if !file.metadata()?.is_file() {
        pipe(file, "it has ended", sender);
        return Ok(Viewer::new(name, is_ascii));
    }
    // From here on, so that nothing is written unnoticed between reading and waiting.
    let (changed, changes) = mpsc::channel();
    let watcher = notify::recommended_watcher(changed).and_then(|mut watcher| {
        watcher.watch(name.as_ref(), RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    let mut feed = Feed::default();
    let (mut lines, mut others) = (Vec::new(), Vec::new());
    let mut bytes = vec![0; PORTION];
    loop {
        let count = file.read(&mut bytes)?;
        if count == 0 {
            break;
        }
        for said in feed.push(&bytes[..count]) {
            match said {
                Said::Line(line) => lines.push(line),
                other => others.push(other),
            }
        }
    }
    let is_over = lines.last().is_some_and(|line| line.event == Event::End);
    let mut viewer = Viewer::new(name, is_ascii);
    if is_over {
        viewer = viewer.of_run(lines);
        viewer.update(Message::Over("the run is over".into()));
    } else {
        let said = lines.into_iter().map(Said::Line).collect();
        viewer.update(Message::Said(said));
    }
    viewer.update(Message::Said(others));
    viewer.update(Message::Notices(feed.notices()));
    let watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            let why = format!("it is not followed: {error}");
            viewer.update(Message::Over(why));
            return Ok(viewer);
        }
    };
    let sender = sender.clone();
    thread::spawn(move || {
        let mut grown = Grown { file, feed };
        // The watcher is kept so long; it stops when it is dropped.
        let _watcher = watcher;
        while let Ok(_change) = changes.recv() {
            // One look is enough for all that has happened until now.
            changes.try_iter().for_each(drop);
            if let Err(error) = grown.read(&sender) {
                let why = format!("it cannot be read: {error}");
                tell(&sender, Message::Over(why));
                return;
            }
        }
    });
    Ok(viewer)
}

/// A file that grows.
struct Grown {
    file: File,
    feed: Feed,
}

impl Grown {
    /// Hands on what has been written since.
    fn read(&mut self, sender: &SyncSender<News>) -> io::Result<()> {
        if self.file.metadata()?.len() < self.file.stream_position()? {
            // It is written anew, by another run.
            self.file.rewind()?;
            self.feed = Feed::default();
        }
        let mut bytes = vec![0; PORTION];
        loop {
            let count = self.file.read(&mut bytes)?;
            if count == 0 {
                return Ok(());
            }
            let said = self.feed.push(&bytes[..count]);
            if !tell(sender, Message::Said(said))
                || !tell(sender, Message::Notices(self.feed.notices()))
            {
                return Ok(());
            }
        }
    }
}

/// Starts a program whose lines are read from what it prints.
fn start(
    words: &[String],
    is_ascii: bool,
    sender: &SyncSender<News>,
) -> io::Result<Opened> {
    let (name, arguments) = words.split_first().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "no program is named")
    })?;
    let mut command = Command::new(name);
    command.args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What it starts in turn is ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    // A program made with axon calls there; any other does not know what it means.
    #[cfg(unix)]
    let ear = Ear::open(sender)?;
    #[cfg(unix)]
    command.env("AXON_TRACE", &ear.path);
    let mut child = command.spawn()?;
    let id = child.id();
    let input = child.stdin.take();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let errors = sender.clone();
    let aside = stderr.map(|stderr| {
        thread::spawn(move || {
            // Each line is something other than a trace, and so is handed on.
            let mut feed = Feed::of_program();
            let print = |said: Vec<Said>| {
                said.into_iter().for_each(|said| {
                    if let Said::Other(text) = said {
                        tell(&errors, Message::Printed(text));
                    }
                });
            };
            read(stderr, |bytes| {
                print(feed.push(bytes));
                true
            });
            print(feed.end());
        })
    });
    let sender = sender.clone();
    thread::spawn(move || {
        if let Some(stdout) = stdout {
            follow(stdout, Feed::of_program(), &sender);
        }
        if let Some(aside) = aside {
            let _ = aside.join();
        }
        tell(&sender, Message::Over(ending(id)));
    });
    let viewer = Viewer::new(words.join(" "), is_ascii).of_program();
    #[cfg(unix)]
    let ask = asking(ear.line.clone());
    #[cfg(not(unix))]
    let ask = nobody();
    let program = Program {
        child,
        input,
        #[cfg(unix)]
        _ear: ear,
    };
    Ok(Opened { viewer, program: Some(program), ask })
}

/// Waits until a program ends that was started here, and says how. It is left to whoever
/// started it to take note of that, so that its number is nobody else's until then.
#[cfg(unix)]
fn ending(id: u32) -> String {
    use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, waitid};

    let id = Pid::from_raw(id.cast_signed());
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    let status = id.and_then(|id| waitid(WaitId::Pid(id), options).ok().flatten());
    let code = status.as_ref().and_then(WaitIdStatus::exit_status);
    let signal = status.as_ref().and_then(WaitIdStatus::terminating_signal);
    match (code, signal) {
        (Some(0), _) => "it has ended".to_string(),
        (Some(code), _) => format!("it has ended with the exit code {code}"),
        (_, Some(signal)) => format!("it was ended by signal {signal}"),
        (None, None) => "it has closed its output".to_string(),
    }
}

#[cfg(not(unix))]
fn ending(_: u32) -> String {
    "it has closed its output".to_string()
}

/// Hands on what is read, until nothing more comes.
fn follow(input: impl Read, mut feed: Feed, sender: &SyncSender<News>) {
    read(input, |bytes| {
        let said = feed.push(bytes);
        tell(sender, Message::Said(said))
            && tell(sender, Message::Notices(feed.notices()))
    });
    tell(sender, Message::Said(feed.end()));
    tell(sender, Message::Notices(feed.notices()));
}

pub(super) fn read(mut input: impl Read, mut take: impl FnMut(&[u8]) -> bool) {
    let mut bytes = vec![0; PORTION];
    while let Ok(count @ 1..) = input.read(&mut bytes) {
        if !take(&bytes[..count]) {
            return;
        }
    }
}

/// Says something to the screen; false, if it was left.
pub(super) fn tell(sender: &SyncSender<News>, message: Message) -> bool {
    sender.send(News::Message(message)).is_ok()
}

impl Program {
    pub(super) fn type_line(&mut self, line: &str) -> io::Result<()> {
        let Some(input) = &mut self.input else { return Ok(()) };
        writeln!(input, "{line}")?;
        input.flush()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::env;
    use std::sync::mpsc::sync_channel;

    use axon::System;
    use axon::library::{DataSource, NullSink};
    use axon::trace::Event;

    use super::{Message, News, start};
    use crate::feed::Said;

    /// Set when a test starts its own program, to be one on axon that is shown.
    const CHILD: &str = "AXON_TEST_CHILD";

    #[test]
    fn a_program_on_axon_is_seen_from_its_first_turn_to_its_end() {
        if env::var_os(CHILD).is_some() {
            let mut system = System::new();
            system.add("numbers", DataSource::new(0..3)).unwrap();
            system.add("sink", NullSink::<i32>::default()).unwrap();
            system.link("numbers.outbox -> sink.inbox").unwrap();
            system.run().unwrap();
            return;
        }
        let program = env::current_exe().unwrap();
        let name = "a_program_on_axon_is_seen_from_its_first_turn_to_its_end";
        let is_child = format!("{CHILD}=yes");
        let words =
            ["env", &is_child, program.to_str().unwrap(), name, "--nocapture"];
        let (sender, news) = sync_channel(64);
        let opened = start(&words.map(String::from), false, &sender).unwrap();
        let mut events = Vec::new();
        while events.last() != Some(&Event::End) {
            let News::Message(Message::Said(said)) = news.recv().unwrap() else {
                continue;
            };
            events.extend(said.into_iter().filter_map(|said| match said {
                Said::Line(line) => Some(line.event),
                Said::Other(_) | Said::Version(_) => None,
            }));
        }
        let is_hello = |event: &Event| matches!(event, Event::Hello { .. });
        assert!(is_hello(&events[0]), "{events:?}");
        let sent = events.iter().filter(|event| matches!(event, Event::Send { .. }));
        assert_eq!(sent.count(), 3);
        drop(opened);
    }
}
