//! # Five graphs
//!
//! The systems by which drawings of systems are compared: a pipeline, a pipeline with
//! its control linkages, a server with a cycle, composites in composites, and sixty
//! components. Each is drawn in every density, and exported. (The sixth, in which
//! something is wrong, is for the screen.)

use std::path::Path;
use std::{collections::BTreeSet, fs};

use tui_visualiser::{Canvas, Density, Figure, Model, Recording, dot, json, svg};

fn graph(name: &str) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graphs");
    let bytes = fs::read(folder.join(format!("{name}.jsonl"))).unwrap();
    let recording = Recording::read(&bytes[..]).unwrap();
    assert_eq!(recording.notices, [""; 0]);
    let model = Model::at(&recording.lines, u64::MAX);
    assert_eq!(model.notices, [""; 0]);
    model
}

#[track_caller]
fn check(name: &str, said: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_description(said);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[track_caller]
fn check_both(name: &str, said: &str) {
    let model = graph(name);
    let compact = Figure::live().density(Density::Compact);
    check(&format!("{name}_boxed"), said, &Figure::live().draw(&model));
    check(&format!("{name}_compact"), said, &compact.draw(&model));
}

#[test]
fn a_pipeline_whose_filter_is_full() {
    check_both("pipeline", "Five stages in a row. The filter's inbox is full.");
}

#[test]
fn a_pipeline_with_its_control_linkages() {
    check_both("control", "Five stages in a row, each linked to the next twice.");
}

#[test]
fn a_server_whose_handlers_hear_each_other() {
    check_both(
        "server",
        "A server's factory feeds three handlers, and all three say what they hear to \
         a backplane, whose outbox leads to a logger and back to the handlers.",
    );
}

#[test]
fn composites_in_a_composite() {
    check_both(
        "nested",
        "A player holds a source, a codec and a sink, and the codec three stages. Its \
         statistics leave through the codec's and the player's outboxes.",
    );
    let model = graph("nested");
    let folded = |name: &str| -> BTreeSet<u32> {
        let named = model.components.iter().filter(|it| it.name == name);
        named.map(|it| it.id).collect()
    };
    let draw = |name| Figure::live().paint(&model, &folded(name)).to_string();
    let said = "The same, with the codec drawn without what is in it: two messages and \
                three wait in it.";
    check("nested_codec_folded", said, &draw("codec"));
    let said = "The same with the letters of every keyboard.";
    check("nested_ascii", said, &Figure::live().ascii().draw(&model));
    check("nested_dot", "The same for Graphviz.", &dot(&model));
    check("nested_json", "Its state.", &format!("{:#}", json(&model)));
}

#[test]
fn sixty_components_compact() {
    let model = graph("sixty");
    let compact = Figure::live().density(Density::Compact);
    let said = "Sixty components in layers, with linkages that run back.";
    check("sixty_compact", said, &compact.draw(&model));
}

#[test]
fn a_figure_that_has_to_fit_grows_denser_and_is_cut_last() {
    let fit = |name: &str, size| {
        let both = [Density::Boxed, Density::Compact];
        let none = BTreeSet::new();
        Figure::live().fit(&graph(name), &none, &both, size)
    };
    let pipeline = fit("pipeline", (120, 40));
    assert_eq!((pipeline.is_cut, pipeline.needed.1), (false, 3));
    let pipeline = fit("pipeline", (80, 24));
    assert_eq!((pipeline.is_cut, pipeline.needed.1), (false, 1));
    // The innermost is folded first, and one that is alone is not folded at all.
    let nested = fit("nested", (80, 24));
    assert!(!nested.is_cut);
    let text = nested.canvas.to_string();
    assert!(text.contains("+codec") && text.contains("═player═"), "{text}");
    let sixty = fit("sixty", (80, 24));
    assert!(sixty.is_cut);
    let ((left, top), (right, bottom)) = sixty.canvas.bounds().unwrap();
    assert!(right - left <= 80 && bottom - top <= 24);
}

#[test]
fn an_image_has_an_element_for_every_name() {
    let canvas: Canvas = Figure::live().paint(&graph("nested"), &BTreeSet::new());
    let image = svg(&canvas, "nested");
    for name in ["player", "codec", "Source", "Decode", "Scale", "Encode", "Sink"] {
        assert!(image.contains(&format!(">{name}</text>")), "{name}");
    }
    assert!(image.starts_with("<svg ") && image.ends_with("</svg>\n"));
}
