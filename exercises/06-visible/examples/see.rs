//! Your own trace: a small system, in the lines that your code writes, for `cargo course
//! see 6`.

use std::rc::Rc;

use exercise_06_visible::{Co, Component, System, Yield, run};

async fn reader(me: Rc<Component>, co: Co<Yield>) {
    for line in ["if music be", "the food of love", "play on"] {
        me.send("outbox", line);
        co.yield_(Yield::Again).await;
    }
}

async fn shout(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            me.send("outbox", line.to_uppercase());
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

async fn printer(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while me.recv("inbox").is_some() {}
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let source = Component::new("reader", &[], &["outbox"]);
    let middle = Component::new("shout", &["inbox"], &["outbox"]);
    let sink = Component::new("printer", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&source, reader);
    system.add(&middle, shout);
    system.add(&sink, printer);
    system.link((&source, "outbox"), (&middle, "inbox"));
    system.link((&middle, "outbox"), (&sink, "inbox"));
    run("exercise 06", system, std::io::stdout());
}
