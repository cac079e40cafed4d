//! # Before you start: sharing
//!
//! One tray with two hands on it. The chapter "Before you start" asks what is left in
//! it, and who may reach in when; `book/tests/listings.rs` holds what it prints.
//!
//! ```console
//! $ cargo run -p book --example sharing
//! ```

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

fn main() {
    let tray = Rc::new(RefCell::new(VecDeque::new()));
    let hand = tray.clone();

    tray.borrow_mut().push_back("the first letter");
    hand.borrow_mut().push_back("the second letter");
    println!("{} letters, {} hands", hand.borrow().len(), Rc::strong_count(&hand));

    let reaching = tray.borrow_mut();
    println!("both at once: {:?}", hand.try_borrow_mut().err());
    drop(reaching);

    drop(tray);
    let letter = hand.borrow_mut().pop_front();
    println!("{letter:?}, {} hand", Rc::strong_count(&hand));
}
