//! Your own decode chain at work: prints the trace of a short exchange in Twelfth Night
//! on your code, for `cargo course see 5`.

use std::rc::Rc;

use exercise_05_system::{
    Co, Component, GeneratorState, Microprocess, Postbox, System, Yield, decode,
    generator,
};

#[path = "../../../mini-axon/src/trace.rs"]
pub mod trace;

/// The play. The Duke's first speech is long, so we begin behind it.
const PLAY: &str = include_str!("../twelfth-night.txt");

/// Sends the exchange, a line a turn, and the end of the scene.
async fn script(me: Rc<Component>, co: Co<Yield>) {
    let exchange = PLAY.lines().skip_while(|line| *line != "CURIO").take(9);
    for line in exchange.chain(["Exeunt"]) {
        me.send("outbox", line);
        co.yield_(Yield::Again).await;
    }
}

/// Takes each speech, and is content.
async fn viewer(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while me.recv("inbox").is_some() {}
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let page = Component::new("script", &[], &["outbox"]);
    let seat = Component::new("viewer", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&page, script);
    decode(&mut system, (&page, "outbox"), (&seat, "inbox"));
    system.add(&seat, viewer);
    trace::run("twelfth night", system, std::io::stdout());
}
