//! # Beside step 01: one evening, written twice
//!
//! An announcer on the wireless as a state machine, written by hand, and as a generator.
//! Both stop in the same places.
//!
//! ```console
//! $ cargo run --example 01-announcer
//! ```

use mini_axon::{Co, GeneratorState, generator};

/// Where the announcer stands.
enum Announcer {
    Greets,
    ReadsTheNews,
    SaysGoodNight,
    HasGone,
}

impl Announcer {
    /// Says the next words, and writes down where it stands then.
    fn resume(&mut self) -> GeneratorState<&'static str, ()> {
        let (words, next) = match self {
            Self::Greets => ("good evening", Self::ReadsTheNews),
            Self::ReadsTheNews => ("here is the news", Self::SaysGoodNight),
            Self::SaysGoodNight => ("good night", Self::HasGone),
            Self::HasGone => return GeneratorState::Complete(()),
        };
        *self = next;
        GeneratorState::Yielded(words)
    }
}

/// Says the same words, in the order in which they stand here.
async fn announcer(co: Co<&'static str>) {
    co.yield_("good evening").await;
    co.yield_("here is the news").await;
    co.yield_("good night").await;
}

fn main() {
    let mut by_hand = Announcer::Greets;
    let mut as_a_story = generator(announcer);
    for _ in 0..4 {
        let machine = format!("{:?}", by_hand.resume());
        println!("{machine:<30}{:?}", as_a_story.resume());
    }
}
