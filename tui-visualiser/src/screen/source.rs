//! # Source
//!
//! Where the lines come from: a file, which may still be growing; a pipe; or a program
//! that is started to be seen. Each has a thread that reads, and says what it has read in
//! portions.
//!
//! It stops nothing: a program that was started is ended when the screen is left, since
//! nobody would see it any more, and no other is touched.

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::Duration;

use axon::trace::Event;

use super::News;
use super::viewer::{Message, Viewer};
use crate::feed::{Feed, Said};

/// How often a file is asked whether it has grown.
const LOOK: Duration = Duration::from_millis(100);

/// So much is read at once.
const PORTION: usize = 1 << 16;

/// Where the lines come from.
#[derive(Debug)]
pub enum Source {
    /// A file, with its name.
    File(String, File),
    /// What is piped in.
    Pipe,
    /// A program: its name and its arguments.
    Program(Vec<String>),
}

/// A program that was started to be seen.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    /// Where it calls; it goes when the program has ended.
    #[cfg(unix)]
    _folder: tempfile::TempDir,
}

impl Source {
    pub(super) fn open(
        self,
        is_ascii: bool,
        sender: &SyncSender<News>,
    ) -> io::Result<(Viewer, Option<Program>)> {
        match self {
            Self::File(name, file) => {
                Ok((open_file(&name, file, is_ascii, sender)?, None))
            }
            Self::Pipe => {
                let viewer = Viewer::new("standard input", is_ascii);
                let sender = sender.clone();
                thread::spawn(move || {
                    follow(io::stdin(), Feed::default(), &sender);
                    tell(&sender, Message::Over("the pipe has ended".into()));
                });
                Ok((viewer, None))
            }
            Self::Program(words) => start(&words, is_ascii, sender),
        }
    }
}

/// Reads what there is. A run that is over is played; another one is followed.
fn open_file(
    name: &str,
    mut file: File,
    is_ascii: bool,
    sender: &SyncSender<News>,
) -> io::Result<Viewer> {
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
    let sender = sender.clone();
    thread::spawn(move || {
        let mut bytes = vec![0; PORTION];
        loop {
            let news = match file.read(&mut bytes) {
                Ok(0) => {
                    thread::sleep(LOOK);
                    continue;
                }
                Ok(count) => Message::Said(feed.push(&bytes[..count])),
                Err(error) => Message::Over(format!("it cannot be read: {error}")),
            };
            let is_over = matches!(news, Message::Over(_));
            if !tell(&sender, news) || is_over {
                return;
            }
            tell(&sender, Message::Notices(feed.notices()));
        }
    });
    Ok(viewer)
}

/// Starts a program whose lines are read from what it prints.
fn start(
    words: &[String],
    is_ascii: bool,
    sender: &SyncSender<News>,
) -> io::Result<(Viewer, Option<Program>)> {
    let (name, arguments) = words.split_first().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "no program is named")
    })?;
    let mut command = Command::new(name);
    command.args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What it starts in turn is ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(unix)]
    let folder = listen(&mut command, sender)?;
    let mut child = command.spawn()?;
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
        tell(&sender, Message::Over("it has closed its output".into()));
    });
    let viewer = Viewer::new(words.join(" "), is_ascii).of_program();
    let program = Program {
        child,
        input,
        #[cfg(unix)]
        _folder: folder,
    };
    Ok((viewer, Some(program)))
}

/// Has a program on axon call here, and hands on what it tells. If it has several systems,
/// they are heard one after the other.
#[cfg(unix)]
fn listen(
    command: &mut Command,
    sender: &SyncSender<News>,
) -> io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("viewer.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path)?;
    command.env("AXON_TRACE", path);
    let sender = sender.clone();
    thread::spawn(move || {
        for system in listener.incoming().flatten() {
            follow(system, Feed::default(), &sender);
        }
    });
    Ok(folder)
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

fn read(mut input: impl Read, mut take: impl FnMut(&[u8]) -> bool) {
    let mut bytes = vec![0; PORTION];
    while let Ok(count @ 1..) = input.read(&mut bytes) {
        if !take(&bytes[..count]) {
            return;
        }
    }
}

/// Says something to the screen; false, if it was left.
fn tell(sender: &SyncSender<News>, message: Message) -> bool {
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
        let (_viewer, program) =
            start(&words.map(String::from), false, &sender).unwrap();
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
        drop(program);
    }
}
