//! # Before step 01: the ordinary program
//!
//! A chat room in ordinary code: one loop, which knows everybody.
//!
//! ```console
//! $ cargo run --example 00-ordinary
//! ```

/// What each guest says, and when: nobody, if the line is empty.
const SCRIPT: [(&str, [&str; 3]); 3] = [
    ("student", ["is anybody there?", "", "what is a generator?"]),
    ("teacher", ["", "good morning", ""]),
    ("reader", ["", "hello all", "chapter 01 says"]),
];

fn main() {
    for round in 0..3 {
        for (speaker, lines) in SCRIPT {
            if lines[round].is_empty() {
                continue;
            }
            for (listener, _) in SCRIPT {
                if listener != speaker {
                    println!("{listener} reads: {speaker} says {}", lines[round]);
                }
            }
        }
    }
}
