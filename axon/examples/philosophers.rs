//! Five philosophers dine: each takes both of his forks at one moment, or waits for them.
//!
//! `cargo run -p axon --example philosophers`

use axon::chassis::Graphline;
use axon::library::ConsoleEchoer;
use axon::stm::{Store, Var};
use axon::{Co, Component, Outbox, boxes};

/// A fork: whose hand it is in, if it is not on the table.
type Fork = Var<Option<&'static str>>;

/// Thinks, eats, and says so.
struct Philosopher {
    name: &'static str,
    store: Store,
    left: Fork,
    right: Fork,
    says: Outbox<String>,
}

impl Component for Philosopher {
    boxes! { says: "what there is to hear of a philosopher" }

    async fn main(self, co: Co) {
        let me = self.name;
        for meal in 1..=2 {
            // There is no order in which forks have to be taken, and nobody who would
            // hold one and wait for the other.
            let taken = self.store.atomically(&co, |tx| {
                let are_free = tx.read(&self.left)?.is_none()
                    && tx.read(&self.right)?.is_none();
                tx.check(are_free)?;
                tx.write(&self.left, Some(me))?;
                tx.write(&self.right, Some(me))
            });
            taken.await;
            self.says.send(format!("{me} eats meal {meal}"), &co).await;
            co.again().await;
            let put_back = self.store.atomically(&co, |tx| {
                tx.write(&self.left, None)?;
                tx.write(&self.right, None)
            });
            put_back.await;
            self.says.send(format!("{me} thinks"), &co).await;
        }
    }
}

const NAMES: [&str; 5] = ["aristotle", "diotima", "hypatia", "plato", "sappho"];

/// Everybody who sits at the table.
pub(crate) fn dinner(store: &Store) -> axon::Result<Graphline> {
    let forks: Vec<Fork> = NAMES.map(|_| store.var(None)).to_vec();
    let mut dinner = Graphline::new();
    for (seat, name) in NAMES.into_iter().enumerate() {
        let (left, right) = (forks[seat].clone(), forks[(seat + 1) % 5].clone());
        let (store, says) = (store.clone(), Outbox::default());
        dinner = dinner
            .with(name, Philosopher { name, store, left, right, says })
            .link(&format!("{name}.says -> outbox"))?;
    }
    Ok(dinner)
}

fn main() -> axon::Result<()> {
    let store = Store::new();
    Graphline::new()
        .with("dinner", dinner(&store)?)
        .with("printer", ConsoleEchoer::default())
        .link("dinner.outbox -> printer.inbox")?
        .run()?;
    println!("{:?}", store.statistics());
    Ok(())
}
