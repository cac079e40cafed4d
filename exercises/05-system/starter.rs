//! # Exercise 05: a system of one's own
//!
//! In 2005 a trainee built the decode chain of a television set, with a play in place of
//! the broadcast. Here you write what holds such a chain together, then the stages, and
//! find out why somebody in Twelfth Night is never heard.
//!
//! The play lies beside this crate's `Cargo.toml`: `twelfth-night.txt`. What you stand
//! on is the kernel of chapter 04, with `Component`, `Linkage` and `Scheduler`.
//!
//! ```console
//! $ cargo course check 5     # red or green, and what differs first
//! $ cargo course hint 5      # one step on
//! ```

pub use kernel::{
    Co, Component, Generator, GeneratorState, Linkage, Message, Microprocess,
    Postbox, Postboxes, Scheduler, Yield, generator,
};
use std::mem;
use std::rc::Rc;

/// Checkpoint 1 ★. Components at their desks, and the linkages between them.
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
    /// Sits somebody down at a desk, and writes down who it is.
    pub fn add<F: Future<Output = ()> + 'static>(
        &mut self,
        component: &Rc<Component>,
        main: impl FnOnce(Rc<Component>, Co<Yield>) -> F,
    ) {
        let _process = component.start(main);
        todo!("checkpoint 1: keep `{}` and its process", component.name)
    }

    /// Joins an outbox to an inbox.
    ///
    /// # Panics
    ///
    /// If the outbox is linked already, with a sentence that says which:
    ///
    /// ```text
    /// outbox `outbox` of `tap` is already linked
    /// ```
    pub fn link(&mut self, from: (&Component, &str), to: (&Component, &str)) {
        let (owner, reader) = (&from.0.name, &to.0.name);
        todo!("checkpoint 1: link `{owner}` to `{reader}`, or stop the program")
    }

    /// Activates the components, then a postman for each linkage, and gives turns
    /// until nobody has anything left to do.
    pub fn run(self) {
        todo!("checkpoint 1: activate everybody, and run")
    }
}

/// Checkpoint 2 ★★. Passes on who speaks and what is spoken, and drops the rest: empty
/// lines, lines that begin with `[`, and lines whose first word is `ACT`, `SCENE`,
/// `Enter`, `Exit` or `Exeunt`.
pub async fn demodulate(me: Rc<Component>, _co: Co<Yield>) {
    todo!("checkpoint 2: the main of `{}`", me.name)
}

/// Checkpoint 2 ★★. Puts the speaker's name in front of each line.
///
/// What comes in is what `demodulate` passes on. A line without a single small letter
/// is the name of a speaker, and is remembered; every other line goes out as
/// `CURIO: The hart.`
pub async fn demultiplex(me: Rc<Component>, _co: Co<Yield>) {
    todo!("checkpoint 2: the main of `{}`", me.name)
}

/// Checkpoint 3 ★★★. Makes one message of a whole speech: the speaker's name, then the
/// lines.
///
/// It runs, and looks right. Somebody is never heard.
pub async fn collect(me: Rc<Component>, co: Co<Yield>) {
    let mut speaker = String::new();
    let mut speech = String::new();
    loop {
        while let Some(message) = me.recv("inbox") {
            let over = match message.split_once(": ") {
                // The speech goes on.
                Some((name, line)) if name == speaker => {
                    speech = speech + "\n" + line;
                    continue;
                }
                // Somebody else begins, so the speech before is over.
                Some((name, _)) => {
                    speaker = name.to_string();
                    mem::replace(&mut speech, message)
                }
                None => continue,
            };
            if !over.is_empty() {
                me.send("outbox", over);
                co.yield_(Yield::Again).await;
            }
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Checkpoint 3 ★★★. Puts the three stages between a script and whoever waits for its
/// speeches: adds `demodulate`, `demultiplex` and `collect` to the system, and links
/// them in this order.
pub fn decode(
    system: &mut System,
    script: (&Component, &str),
    viewer: (&Component, &str),
) {
    let (first, last) = (&script.0.name, &viewer.0.name);
    let there = system.components.len();
    todo!("checkpoint 3: three stages from `{first}` to `{last}`, beside {there}")
}
