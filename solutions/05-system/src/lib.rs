//! # Solution 05: a system of one's own
//!
//! A system as one value, and the decode chain for Twelfth Night, as the course's own.
//! The checks of the exercise run on it unchanged. It stands on the kernel of chapter
//! 04, and adds what wires whole programs.
//!
//! Ancestor: `miniaxon_scriptview.py`, a trainee's program of 2005. It dropped every
//! `Exeunt` and every `Exit`, and sent a speech when the next speaker began, so the song
//! that closes the play never reached the screen.

pub use kernel::{
    Co, Component, Generator, GeneratorState, Linkage, Message, Microprocess,
    Postbox, Postboxes, Scheduler, Yield, generator,
};
use std::mem;
use std::rc::Rc;

/// Components at their desks, and the linkages between them.
#[derive(Default)]
pub struct System {
    /// Gives the turns. Clone it into a component that is to activate others.
    pub scheduler: Scheduler,
    /// Each component with its microprocess, in the order in which they were added.
    pub components: Vec<(Rc<Component>, Microprocess)>,
    /// The linkages, in the order in which they were made.
    pub linkages: Vec<Linkage>,
}

impl System {
    /// Sits somebody down at a desk.
    pub fn add<F: Future<Output = ()> + 'static>(
        &mut self,
        component: &Rc<Component>,
        main: impl FnOnce(Rc<Component>, Co<Yield>) -> F,
    ) {
        self.components.push((component.clone(), component.start(main)));
    }

    /// Joins an outbox to an inbox.
    ///
    /// # Panics
    ///
    /// If a component has no box of that name, or if the outbox is linked already: two
    /// postmen at one outbox would each take what the other should have carried.
    pub fn link(&mut self, from: (&Component, &str), to: (&Component, &str)) {
        let linkage =
            Linkage { source: from.0.outbox(from.1), sink: to.0.inbox(to.1) };
        let taken = |other: &Linkage| Rc::ptr_eq(&other.source, &linkage.source);
        let (owner, outbox) = (&from.0.name, from.1);
        assert!(
            !self.linkages.iter().any(taken),
            "outbox `{outbox}` of `{owner}` is already linked"
        );
        self.linkages.push(linkage);
    }

    /// Activates the components, then a postman for each linkage, and gives turns
    /// until nobody has anything left to do.
    pub fn run(self) {
        for (_, process) in self.components {
            self.scheduler.activate(process);
        }
        for linkage in self.linkages {
            self.scheduler.activate(linkage.postman());
        }
        self.scheduler.run();
    }
}

/// Passes on who speaks and what is spoken, and drops stage directions.
///
/// `Exeunt` goes on, though nobody says it: further down it is the only sign that the
/// last speech of a scene is over.
pub async fn demodulate(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            let first = line.split_whitespace().next().unwrap_or_default();
            let dropped = ["", "ACT", "SCENE", "Enter", "Exit"].contains(&first);
            if !dropped && !first.starts_with('[') {
                me.send("outbox", line);
            }
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Puts the speaker's name in front of each line: `CURIO: The hart.`
pub async fn demultiplex(me: Rc<Component>, co: Co<Yield>) {
    let mut speaker = String::new();
    loop {
        while let Some(line) = me.recv("inbox") {
            if line.split_whitespace().next() == Some("Exeunt") {
                me.send("outbox", line);
            } else if line.contains(char::is_lowercase) {
                me.send("outbox", format!("{speaker}: {line}"));
            } else {
                speaker = line;
            }
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Makes one message of a whole speech: the speaker's name, then the lines.
pub async fn collect(me: Rc<Component>, co: Co<Yield>) {
    let mut speaker = String::new();
    let mut speech = String::new();
    loop {
        while let Some(message) = me.recv("inbox") {
            let over = match message.split_once(": ") {
                Some((name, line)) if name == speaker => {
                    speech = speech + "\n" + line;
                    continue;
                }
                Some((name, _)) => {
                    speaker = name.to_string();
                    mem::replace(&mut speech, message)
                }
                // Nobody says `Exeunt`: all have gone, and whoever comes next begins a
                // speech of his own.
                None => {
                    speaker.clear();
                    mem::take(&mut speech)
                }
            };
            if !over.is_empty() {
                me.send("outbox", over);
                co.yield_(Yield::Again).await;
            }
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Puts the three stages between a script and whoever waits for its speeches.
pub fn decode(
    system: &mut System,
    script: (&Component, &str),
    viewer: (&Component, &str),
) {
    let filter = Component::new("demodulate", &["inbox"], &["outbox"]);
    let divider = Component::new("demultiplex", &["inbox"], &["outbox"]);
    let collector = Component::new("collect", &["inbox"], &["outbox"]);
    system.add(&filter, demodulate);
    system.add(&divider, demultiplex);
    system.add(&collector, collect);
    system.link(script, (&filter, "inbox"));
    system.link((&filter, "outbox"), (&divider, "inbox"));
    system.link((&divider, "outbox"), (&collector, "inbox"));
    system.link((&collector, "outbox"), viewer);
}
