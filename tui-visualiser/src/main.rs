//! tmp
use tui_visualiser::*;
fn main() {
    let r = Recording::read(std::io::stdin().lock()).unwrap();
    eprintln!("{:?}", r.notices);
    let m = Model::at(&r.lines, u64::MAX);
    print!("{}", Figure::plain().draw(&m));
    print!("{}", Figure::live().draw(&m));
    print!("{}", Figure::plain().ascii().draw(&m));
    print!("{}", story(&r.lines));
}
