//! The course's screens, as a terminal would show them.
//!
//! A picture says nothing of colours, so one screen is also listed by its styles. How
//! the screens change is tested beside their model.

use std::collections::BTreeMap;
use std::fs;
use std::iter::repeat;
use std::time::Duration;

use exercises::home::keys::Wish;
use exercises::home::model::{Message, Model, Tried};
use exercises::home::view::view;
use exercises::manifest::Course;
use exercises::memory::Memory;
use exercises::place::Place;
use exercises::trouble::Trouble;
use exercises::verdict::{Failure, State, Verdict, Word};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use tui_visualiser::terminal::theme::Look;

const COLOURED: Look = Look { is_coloured: true, is_ascii: false };
const PLAIN: Look = Look { is_coloured: false, is_ascii: true };

/// The beginning of a course like ours: chapters with an exercise, and without one.
fn course() -> Course {
    let mut text = String::from("format = 1\ntitle = \"Axon: learn concurrency\"\n");
    for (id, part, title) in [
        ("before", "Before", "Before you start"),
        ("01-generators", "Mini-axon", "Generators"),
        ("04-postbox", "Mini-axon", "Postboxes, linkages and the postman"),
        ("05-system", "Mini-axon", "A system of one's own"),
        ("glossary", "Appendices", "Glossary"),
    ] {
        text += &format!(
            "[[chapter]]\nid = \"{id}\"\npart = \"{part}\"\ntitle = \"{title}\"\n\
             minutes = 40\n"
        );
    }
    for (id, title, checkpoints) in [
        ("01-generators", "Generators", ["Put down and picked up", "Taking turns"]),
        (
            "04-postbox",
            "Postboxes, linkages and the postman",
            ["The postman carries", "The office that refuses"],
        ),
        ("05-system", "A system of one's own", ["A system", "Who is never heard?"]),
    ] {
        text += &format!(
            "[[exercise]]\nid = \"{id}\"\ntitle = \"{title}\"\nminutes = 60\n\
             teaches = [\"{id}\"]\nneeds = []\n"
        );
        for (at, title) in (1..).zip(checkpoints) {
            text += &format!(
                "[[exercise.checkpoint]]\nname = \"c{at}\"\ntitle = \"{title}\"\n\
                 stars = {at}\npoints = {points}\ntests = [\"c{at}::works\"]\nhints = [\
                 \"Look at the loop: who gives way in it, and how often in a round?\", \
                 \"After the loop there is nobody left who could.\"]\n",
                points = at + 2
            );
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("course.toml");
    fs::write(&path, text).unwrap();
    Course::read(&path).unwrap()
}

/// What became of a checkpoint, as a check tells it.
fn red() -> State {
    let message = "line 5 is not what was expected\n\n        \
                   expected                    yours\n      \
                   4 printer    looks in         the same\n  \
                   >   5 printer    gets reader 1    printer    gets reader 3\n\n\
                   likely cause: a postbox is a queue, not a pile: what came first is \
                   taken first, whoever it is that takes it";
    let failure = |test: &str| Failure {
        test: test.into(),
        place: Some("exercises/04-postbox/checks/c1.rs:26:5".into()),
        message: message.into(),
        printed: String::new(),
    };
    State::Red { failures: vec![failure("c1::works"), failure("c1::still_works")] }
}

fn broken() -> State {
    let text = "error[E0425]: cannot find value `bagg` in this scope\n  \
                --> exercises/04-postbox/src/lib.rs:29:47\n   |\n29 |     \
                self.sink.borrow_mut().extend(bagg);\n   |                                   \
                ^^^^\n"
        .to_string();
    let place = Some("exercises/04-postbox/src/lib.rs:29:47".to_string());
    State::Broken { errors: vec![Word { place, text }] }
}

/// A student who has solved exercise 01 and is at 04.
fn student() -> Model {
    let course = course();
    let mut memory = Memory::default();
    let solved = course.exercises[0].verdict(Vec::new(), repeat(State::Green));
    memory.learn(&course.exercises[0], &solved);
    Model::new(course, Place::at("/course"), memory)
}

/// The same student, who watches exercise 04 and has saved once.
fn watcher(states: [State; 2]) -> Model {
    let mut model = student();
    model.update(Message::Wish(Wish::Watch));
    let verdict = model.course.exercises[1].verdict(Vec::new(), states);
    tried(&mut model, 1, verdict);
    model
}

fn tried(model: &mut Model, trial: u64, verdict: Verdict) {
    let took = Duration::from_millis(1234);
    model.update(Message::Tried {
        trial,
        tried: Tried { result: Ok(verdict), took },
    });
}

fn wish(mut model: Model, wishes: &[Wish]) -> Model {
    for wish in wishes {
        model.update(Message::Wish(*wish));
    }
    model
}

fn picture(model: &Model, look: Look, columns: u16, rows: u16) -> Buffer {
    let mut model = model.clone();
    model.update(Message::Resized(columns, rows));
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(&model, look, frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn text(picture: &Buffer) -> String {
    let width = usize::from(picture.area.width);
    let rows = picture.content.chunks(width).map(|row| {
        let row: String = row.iter().map(Cell::symbol).collect();
        row.trim_end().to_string()
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(name: &str, model: &Model, look: Look, columns: u16, rows: u16) {
    let name = format!("{name}_{columns}x{rows}");
    insta::assert_snapshot!(name, text(&picture(model, look, columns, rows)));
}

#[test]
fn the_course_says_where_one_is_and_what_to_type() {
    let model = student();
    check("course", &model, COLOURED, 80, 24);
    check("course_in_ascii", &model, PLAIN, 80, 24);
    check("course", &model, COLOURED, 60, 16);
    check("course", &model, COLOURED, 40, 10);
}

#[test]
fn a_wide_screen_also_says_what_the_last_check_found() {
    let mut model = wish(student(), &[Wish::Check]);
    check("course_while_checking", &model, COLOURED, 120, 40);
    let states = [State::Green, red()];
    let verdict = model.course.exercises[1].verdict(Vec::new(), states);
    tried(&mut model, 1, verdict);
    check("course", &model, COLOURED, 120, 40);
}

#[test]
fn an_exercise_says_why_its_first_checkpoint_is_not_green() {
    let model = watcher([red(), red()]);
    check("red", &model, COLOURED, 80, 24);
    check("red", &model, COLOURED, 120, 40);
    check("red", &model, COLOURED, 40, 10);
    check("red_in_ascii", &model, PLAIN, 80, 24);
    let mut aside = model;
    aside.update(Message::Resized(40, 10));
    let aside = wish(aside, &[Wish::Down, Wish::PageDown, Wish::Right]);
    check("red_aside", &aside, COLOURED, 40, 10);
}

#[test]
fn what_does_not_compile_is_told_in_the_compilers_words() {
    check("broken", &watcher([broken(), broken()]), COLOURED, 80, 24);
}

#[test]
fn when_all_is_green_it_says_how_to_go_on() {
    check("green", &watcher([State::Green, State::Green]), COLOURED, 80, 24);
}

#[test]
fn what_was_asked_for_lies_over_the_lower_half() {
    let red = watcher([red(), red()]);
    check("hint", &wish(red, &[Wish::Hint, Wish::Hint]), COLOURED, 80, 24);
    check("question", &wish(student(), &[Wish::Reset]), COLOURED, 80, 24);
    let mut reading = wish(student(), &[Wish::Book]);
    reading.update(Message::Book("the book is at http://127.0.0.1:3000/".into()));
    check("book", &reading, COLOURED, 80, 24);
}

#[test]
fn the_help_explains_every_key_and_every_mark() {
    let model = wish(student(), &[Wish::Help]);
    check("help", &model, COLOURED, 80, 24);
    check("help", &wish(model, &[Wish::Last]), PLAIN, 40, 10);
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    check("course", &student(), COLOURED, 30, 8);
}

#[test]
fn what_should_be_known_is_said_on_each_screen() {
    for mut model in [student(), watcher([red(), red()])] {
        let notice = Trouble::new("this is not remembered: the disk is full");
        model.update(Message::Notice(notice));
        let text = text(&picture(&model, COLOURED, 80, 24));
        assert!(
            text.contains("\n note: this is not remembered: the disk is full\n")
        );
    }
}

#[test]
fn every_screen_can_be_drawn_at_every_size() {
    let wishes = [Wish::Hint, Wish::Reset, Wish::Book, Wish::Help, Wish::Left];
    for model in [student(), watcher([red(), broken()])] {
        for wished in wishes {
            let model = wish(model.clone(), &[wished]);
            for columns in [1, 39, 40, 57, 60, 77, 80, 109, 110, 140] {
                for rows in [1, 9, 10, 12, 15, 16, 20, 24, 28, 45] {
                    picture(&model, COLOURED, columns, rows);
                }
            }
        }
    }
}

#[test]
fn in_ascii_everything_is_ascii_and_without_colour_nothing_has_one() {
    for model in [student(), watcher([red(), State::Green])] {
        for wished in [Wish::Hint, Wish::Help, Wish::Left] {
            let model = wish(model.clone(), &[wished]);
            let picture = picture(&model, PLAIN, 120, 40);
            assert!(text(&picture).is_ascii(), "{}", text(&picture));
            let coloured = |it: &Color| *it != Color::Reset;
            let mut colours = picture.content.iter().flat_map(|it| [&it.fg, &it.bg]);
            assert_eq!(colours.find(|it| coloured(it)), None);
        }
    }
}

/// Each stretch of a row that looks alike, with how it looks; what is plain is left out.
fn styles(picture: &Buffer) -> String {
    let names: BTreeMap<_, _> = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::REVERSED, "reversed"),
    ]
    .map(|(modifier, name)| (modifier.bits(), name))
    .into();
    let mut text = String::new();
    for (y, row) in
        picture.content.chunks(usize::from(picture.area.width)).enumerate()
    {
        for run in row.chunk_by(|one, next| one.style() == next.style()) {
            let words: String = run.iter().map(Cell::symbol).collect();
            let mut looks = vec![];
            if run[0].fg != Color::Reset {
                looks.push(run[0].fg.to_string().to_lowercase());
            }
            looks.extend(run[0].modifier.iter().map(|it| names[&it.bits()].into()));
            if !looks.is_empty() {
                let (y, looks) = (y + 1, looks.join(" "));
                text += &format!("{y:>2} {looks}: {}\n", words.trim());
            }
        }
    }
    text
}

#[test]
fn colour_repeats_what_a_mark_or_a_word_says() {
    let picture = picture(&watcher([red(), State::Green]), COLOURED, 80, 24);
    insta::assert_snapshot!(styles(&picture));
}
