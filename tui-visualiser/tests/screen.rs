//! # The screen, frame by frame
//!
//! Shows recordings on a terminal that exists only in memory, in the sizes and looks that
//! terminals have: the text, and the styles where they say something. What moves is told
//! in ticks, so that every frame is the same each time.

use std::fs;
use std::path::Path;

use axon::trace::{Command, Line};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use tui_visualiser::screen::keys::wish;
use tui_visualiser::screen::view::view;
use tui_visualiser::screen::viewer::{Chosen, Effect, Message, Pace, Viewer};
use tui_visualiser::terminal::theme::Look;
use tui_visualiser::{Recording, Said};

const COLOURED: Look = Look { is_coloured: true, is_ascii: false };
const ASCII: Look = Look { is_coloured: false, is_ascii: true };

fn lines(name: &str) -> Vec<Line> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graphs");
    let bytes = fs::read(folder.join(format!("{name}.jsonl"))).unwrap();
    Recording::read(&bytes[..]).unwrap().lines
}

/// A viewer that follows, and has heard all of a recording.
fn following(name: &str, size: (u16, u16), look: Look) -> Viewer {
    let mut viewer = Viewer::new(format!("{name}.jsonl"), look.is_ascii);
    viewer.update(Message::Resized(size.0, size.1));
    let said = lines(name).into_iter().map(Said::Line).collect();
    viewer.update(Message::Said(said));
    // Whatever is on its way has arrived.
    (0..20).for_each(|_| assert_eq!(viewer.update(Message::Tick), None));
    viewer
}

fn press(viewer: &mut Viewer, keys: &str) -> Option<Effect> {
    let mut effect = None;
    for name in keys.split(' ') {
        let code = match name {
            "Space" => KeyCode::Char(' '),
            "Tab" => KeyCode::Tab,
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Right" => KeyCode::Right,
            "End" => KeyCode::End,
            letter => KeyCode::Char(letter.chars().next().unwrap()),
        };
        let key = KeyEvent::new(code, KeyModifiers::NONE);
        let wish = wish(key, viewer.scope()).expect(name);
        effect = viewer.update(Message::Wish(wish));
    }
    effect
}

fn terminal(viewer: &Viewer, look: Look) -> Terminal<TestBackend> {
    let backend = TestBackend::new(viewer.columns, viewer.rows);
    let mut terminal = Terminal::new(backend).unwrap();
    terminal.draw(|frame| view(viewer, look, frame)).unwrap();
    terminal
}

fn text(viewer: &Viewer, look: Look) -> String {
    let terminal = terminal(viewer, look);
    let buffer = terminal.backend().buffer();
    let rows = buffer.content.chunks(usize::from(viewer.columns));
    let text = |row: &[ratatui::buffer::Cell]| {
        let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        row.trim_end().to_string()
    };
    rows.map(text).collect::<Vec<_>>().join("\n")
}

/// The cells that have a style, row by row: what stands there, and how.
fn styles(viewer: &Viewer, look: Look) -> String {
    let terminal = terminal(viewer, look);
    let buffer = terminal.backend().buffer();
    let mut said = Vec::new();
    for (y, row) in buffer.content.chunks(usize::from(viewer.columns)).enumerate() {
        let plain = (Color::Reset, Modifier::empty());
        let runs = row.chunk_by(|a, b| (a.fg, a.modifier) == (b.fg, b.modifier));
        let mut words = Vec::new();
        for run in runs.filter(|run| (run[0].fg, run[0].modifier) != plain) {
            let text: String =
                run.iter().map(ratatui::buffer::Cell::symbol).collect();
            let colour = match run[0].fg {
                Color::Reset => String::new(),
                Color::Indexed(n) => format!(" colour {n}"),
                other => format!(" {other:?}"),
            };
            let modifier = format!("{:?}", run[0].modifier);
            words.push(format!("[{}]{colour} {modifier}", text.trim()));
        }
        if !words.is_empty() {
            said.push(format!("{y:2} {}", words.join(", ")));
        }
    }
    said.join("\n")
}

#[track_caller]
fn check(name: &str, viewer: &Viewer, look: Look) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text(viewer, look)));
}

#[test]
fn a_graph_at_120x40_with_its_inspector() {
    let mut viewer = following("pipeline", (120, 40), COLOURED);
    press(&mut viewer, "/ f i l t e r Enter Enter");
    check("pipeline_120x40_inspector", &viewer, COLOURED);
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    let styles = styles(&viewer, COLOURED);
    settings.bind(|| insta::assert_snapshot!("pipeline_120x40_styles", styles));
}

#[test]
fn a_graph_at_80x24() {
    let mut viewer = following("server", (80, 24), COLOURED);
    check("server_80x24", &viewer, COLOURED);
    press(&mut viewer, "/ b a c k Enter Enter");
    check("server_80x24_inspector", &viewer, COLOURED);
}

#[test]
fn a_graph_in_ascii_without_colour() {
    let mut viewer = following("nested", (120, 40), ASCII);
    press(&mut viewer, "/ c o d e c Enter z");
    let shown = text(&viewer, ASCII);
    assert!(shown.is_ascii(), "{shown}");
    check("nested_120x40_ascii", &viewer, ASCII);
    let colours = styles(&viewer, ASCII);
    assert!(!colours.contains("colour"), "{colours}");
    assert!(colours.contains("REVERSED"), "{colours}");
}

#[test]
fn sixty_components_are_panned() {
    let mut viewer = following("sixty", (80, 24), COLOURED);
    check("sixty_80x24", &viewer, COLOURED);
    press(&mut viewer, "/ c 5 9 Enter");
    assert!(text(&viewer, COLOURED).contains("C59"));
}

#[test]
fn a_table_says_the_same() {
    let mut viewer = following("pipeline", (80, 24), COLOURED);
    press(&mut viewer, "t s s Tab");
    check("pipeline_80x24_table", &viewer, COLOURED);
}

fn at_the_end_of_the_trouble(size: (u16, u16), look: Look) -> Viewer {
    let mut viewer = Viewer::new("trouble", look.is_ascii).of_run(lines("trouble"));
    viewer.update(Message::Over("the run is over".into()));
    viewer.update(Message::Resized(size.0, size.1));
    press(&mut viewer, "End");
    (0..20).for_each(|_| assert_eq!(viewer.update(Message::Tick), None));
    viewer
}

#[test]
fn what_is_wrong_is_marked_listed_and_explained() {
    let mut viewer = at_the_end_of_the_trouble((80, 24), COLOURED);
    check("trouble_80x24", &viewer, COLOURED);
    press(&mut viewer, "! j");
    check("trouble_80x24_lints", &viewer, COLOURED);
    press(&mut viewer, "Enter");
    assert_eq!(viewer.chosen, Chosen::Component(2));
    let mut viewer = at_the_end_of_the_trouble((120, 40), COLOURED);
    press(&mut viewer, "/ r e a d Enter Enter");
    check("trouble_120x40_inspector", &viewer, COLOURED);
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    let styles = styles(&viewer, COLOURED);
    settings.bind(|| insta::assert_snapshot!("trouble_120x40_styles", styles));
}

#[test]
fn a_sequence_is_gone_through_row_by_row_and_the_cursor_goes_with_it() {
    let mut viewer = at_the_end_of_the_trouble((80, 24), COLOURED);
    press(&mut viewer, "m");
    check("trouble_80x24_sequence", &viewer, COLOURED);
    let count = viewer.tape.len();
    press(&mut viewer, "k k");
    assert_eq!((viewer.cursor, viewer.pace), (11, Pace::Frozen));
    press(&mut viewer, "j");
    assert_eq!(viewer.cursor, 12);
    // A click on a row seeks there, and so does a search for what was said.
    viewer.update(Message::Press(5, 3));
    assert_eq!(viewer.cursor, 6);
    press(&mut viewer, "/ p l a y Enter");
    assert_eq!(viewer.cursor, 11);
    press(&mut viewer, "s");
    let shown = text(&viewer, COLOURED);
    assert!(shown.contains("blocked on shout.inbox"), "{shown}");
    press(&mut viewer, "m End");
    assert_eq!(viewer.cursor, count);

    let mut viewer = at_the_end_of_the_trouble((60, 14), ASCII);
    press(&mut viewer, "m l");
    let shown = text(&viewer, ASCII);
    assert!(shown.is_ascii(), "{shown}");
    check("trouble_60x14_sequence_ascii", &viewer, ASCII);
}

#[test]
fn bookmarks_are_gone_to_in_both_directions() {
    let mut viewer = at_the_end_of_the_trouble((80, 24), COLOURED);
    let mut places = vec![viewer.cursor];
    for _ in 0..3 {
        press(&mut viewer, "<");
        places.push(viewer.cursor);
    }
    let said = "there is no bookmark that way; b sets one";
    assert_eq!(viewer.said.as_deref(), Some(said));
    assert_eq!(places, [14, 13, 9, 9]);
    press(&mut viewer, "g b >");
    assert_eq!(viewer.cursor, 9);
    press(&mut viewer, "<");
    assert_eq!((viewer.cursor, viewer.said.as_deref()), (0, Some("your bookmark")));
}

#[test]
fn the_help_names_every_key_and_every_mark() {
    let mut viewer = following("pipeline", (120, 40), COLOURED);
    press(&mut viewer, "?");
    check("help_120x40", &viewer, COLOURED);
}

#[test]
fn what_is_too_small_says_so() {
    let viewer = following("pipeline", (40, 10), COLOURED);
    check("too_small_40x10", &viewer, COLOURED);
    for size in [(1, 1), (3, 2), (47, 40), (200, 11)] {
        terminal(&following("nested", size, COLOURED), COLOURED);
    }
}

#[test]
fn the_picture_is_that_of_the_cursor_whichever_way_it_came_there() {
    let all = lines("pipeline");
    let count = all.len();
    let mut viewer = Viewer::new("pipeline", false).of_run(all);
    viewer.update(Message::Over("the run is over".into()));
    viewer.update(Message::Resized(120, 40));
    press(&mut viewer, "g");
    let mut forward = vec![viewer.model.clone()];
    for _ in 0..count {
        press(&mut viewer, ".");
        forward.push(viewer.model.clone());
    }
    assert_eq!(viewer.cursor, count);
    for at in (0..count).rev() {
        press(&mut viewer, ",");
        assert_eq!((viewer.cursor, &viewer.model), (at, &forward[at]));
    }
    // A click on the time line leaps to its end, and to its beginning.
    viewer.update(Message::Press(93, 38));
    assert_eq!((viewer.cursor, &viewer.model), (count, &forward[count]));
    viewer.update(Message::Press(14, 38));
    assert_eq!((viewer.cursor, &viewer.model), (0, &forward[0]));
}

#[test]
fn a_run_is_played_and_a_message_travels_along_its_linkage() {
    let mut viewer = Viewer::new("pipeline", false).of_run(lines("pipeline"));
    viewer.update(Message::Resized(130, 24));
    viewer.update(Message::Over("the run is over".into()));
    assert_eq!((viewer.pace, viewer.cursor), (Pace::Playing, 2));
    let mut places = Vec::new();
    while viewer.journeys.is_empty() {
        viewer.update(Message::Tick);
    }
    let first = viewer.journeys[0];
    while let Some(journey) = viewer.journeys.iter().find(|it| it.link == first.link)
    {
        places.push(viewer.place(journey).unwrap());
        assert!(text(&viewer, COLOURED).contains('◆'));
        viewer.update(Message::Tick);
    }
    assert!(places.is_sorted(), "{places:?}");
    assert!(places[0].0 + 3 < places[places.len() - 1].0, "{places:?}");
    while viewer.is_moving() {
        viewer.update(Message::Tick);
    }
    assert_eq!((viewer.pace, viewer.cursor), (Pace::Frozen, viewer.tape.len()));
}

#[test]
fn frozen_it_keeps_what_comes_and_goes_on_from_there() {
    let mut all = lines("pipeline");
    let late = all.split_off(4);
    let mut viewer = Viewer::new("pipe", false);
    viewer.update(Message::Said(all.into_iter().map(Said::Line).collect()));
    press(&mut viewer, "Space");
    viewer.update(Message::Said(late.into_iter().map(Said::Line).collect()));
    assert_eq!((viewer.pace, viewer.cursor), (Pace::Frozen, 4));
    press(&mut viewer, "Space");
    assert_eq!(viewer.pace, Pace::Playing);
    press(&mut viewer, "End");
    assert_eq!((viewer.pace, viewer.cursor), (Pace::Following, viewer.tape.len()));
}

#[test]
fn a_click_chooses_a_component_or_a_linkage_and_a_drag_moves_the_picture() {
    let mut viewer = following("server", (80, 24), COLOURED);
    let shown = text(&viewer, COLOURED);
    let find = |what: &str| {
        let rows = (0..).zip(shown.lines());
        let mut found = rows.filter_map(|(y, row)| {
            let at = row.find(what)?;
            Some((u16::try_from(row[..at].chars().count()).unwrap(), y))
        });
        found.next().unwrap()
    };
    let (x, y) = find("Factory");
    viewer.update(Message::Press(x, y));
    assert_eq!(viewer.chosen, Chosen::Component(2));
    let (x, y) = find("▶[Factory");
    viewer.update(Message::Press(x, y));
    assert_eq!(viewer.chosen, Chosen::Link(1));
    assert!(
        text(&viewer, COLOURED).contains("TCPServer.newconn -> Factory.newconn")
    );
    let before = viewer.scroll;
    viewer.update(Message::Drag(x + 5, y + 2));
    viewer.update(Message::Release);
    assert_eq!(viewer.scroll, (before.0 - 5, before.1 - 2));
}

#[test]
fn what_is_typed_goes_to_the_program_and_keys_are_letters_meanwhile() {
    let mut viewer = Viewer::new("a program", false).of_program();
    viewer.update(Message::Resized(80, 24));
    viewer.update(Message::Said(vec![Said::Other("what is your name?".into())]));
    assert_eq!(press(&mut viewer, "i q ?"), None);
    check("program_80x24", &viewer, COLOURED);
    assert_eq!(press(&mut viewer, "Enter"), Some(Effect::Type("q?".into())));
    assert_eq!(press(&mut viewer, "q"), Some(Effect::Leave));
}

#[test]
fn whatever_the_keys_are_the_screen_can_be_drawn() {
    let keys = "Tab z Z d a c H J K L n / x Enter t s Tab Enter t m s j k l h Tab m ! j Enter \
         b < > g . . , ] [ + - o i f";
    for name in ["nested", "pipeline", "sixty"] {
        for size in [(48, 12), (80, 24), (120, 40)] {
            let mut viewer = following(name, size, COLOURED);
            for key in keys.split(' ') {
                press(&mut viewer, key);
                terminal(&viewer, COLOURED);
            }
        }
    }
}

/// A viewer that may ask the program for something.
fn attached(size: (u16, u16)) -> Viewer {
    let mut viewer = Viewer::new("chat", false).of_system();
    viewer.update(Message::Resized(size.0, size.1));
    viewer.update(Message::Attached);
    let said = lines("pipeline").into_iter().map(Said::Line).collect();
    viewer.update(Message::Said(said));
    (0..20).for_each(|_| assert_eq!(viewer.update(Message::Tick), None));
    viewer
}

fn say(viewer: &mut Viewer, line: &str) {
    let line = line.parse().unwrap();
    viewer.update(Message::Said(vec![Said::Line(line)]));
}

#[test]
fn a_stopped_program_is_not_a_frozen_picture() {
    let mut viewer = attached((80, 24));
    assert_eq!(press(&mut viewer, "p"), Some(Effect::Ask(Command::Pause)));
    assert!(text(&viewer, COLOURED).contains("the program stops after this turn"));
    say(&mut viewer, r#"{"ev":"pace","seq":900,"t":90,"pace":"stopped"}"#);
    assert_eq!(viewer.pace, Pace::Following);
    press(&mut viewer, "Tab Enter w");
    check("stopped_80x24", &viewer, COLOURED);
    // The picture can be frozen at an earlier moment, and the program goes on all the same.
    press(&mut viewer, ",");
    assert_eq!(press(&mut viewer, "p"), Some(Effect::Ask(Command::Resume)));
    say(&mut viewer, r#"{"ev":"pace","seq":901,"t":90,"pace":"full"}"#);
    assert_eq!(viewer.pace, Pace::Frozen);
    assert!(!text(&viewer, COLOURED).contains("program stopped"));
}

#[test]
fn what_is_chosen_is_what_the_program_is_asked_about() {
    let mut viewer = attached((80, 24));
    assert_eq!(press(&mut viewer, "U"), None, "nothing is chosen");
    press(&mut viewer, "/ f i l t e r Enter");
    let Chosen::Component(id) = viewer.chosen else { panic!("a component") };
    let step = Command::Step { comp: Some(id) };
    assert_eq!(press(&mut viewer, "U"), Some(Effect::Ask(step)));
    let watch = Command::Watch { links: vec![], comps: vec![id] };
    assert_eq!(press(&mut viewer, "w"), Some(Effect::Ask(watch)));
    press(&mut viewer, "x");
    let Chosen::Link(link) = viewer.chosen else { panic!("a linkage") };
    assert_eq!(press(&mut viewer, "U"), Some(Effect::Ask(Command::Until { link })));
    let slow = Command::Speed { turns_per_s: Some(25) };
    assert_eq!(press(&mut viewer, "("), Some(Effect::Ask(slow)));

    // A step is seen, whatever was looked at before.
    press(&mut viewer, "g");
    let step = Command::Step { comp: None };
    assert_eq!(press(&mut viewer, "u"), Some(Effect::Ask(step)));
    assert_eq!(viewer.pace, Pace::Following);
    // What cannot be done is said by the program.
    say(&mut viewer, r#"{"ev":"error","seq":900,"text":"there is no linkage 9"}"#);
    assert!(text(&viewer, COLOURED).contains("there is no linkage 9"));
}

#[test]
fn where_there_is_no_program_its_keys_say_so_and_are_not_at_the_foot() {
    let mut viewer = following("pipeline", (120, 24), COLOURED);
    assert!(!text(&viewer, COLOURED).contains("p stop"));
    assert_eq!(press(&mut viewer, "p"), None);
    assert!(text(&viewer, COLOURED).contains("there is no program to ask"));
    let mut viewer = attached((120, 24));
    assert!(text(&viewer, COLOURED).contains("p stop"));
    viewer.update(Message::Detached);
    viewer.update(Message::Over("the program is gone".into()));
    assert!(text(&viewer, COLOURED).contains("note: the program is gone"));
    assert_eq!(press(&mut viewer, "u"), None);
}

#[test]
fn who_comes_and_goes_while_the_picture_follows_is_in_it_or_no_longer() {
    let mut viewer = attached((80, 24));
    let link = r#"{"ev":"add","seq":900,"t":90,"id":77,"name":"late","inboxes":["inbox"],"outboxes":[]}"#;
    say(&mut viewer, link);
    assert!(text(&viewer, COLOURED).contains("late"));
}
