//! Random bodies.
mod arguments; mod body; mod code; mod expressions; mod statements; mod writer;
fn main() {
    let mut counts = Default::default();
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let modules: Vec<_> = (0..n).map(|i| body::write(1, i, &mut counts)).collect();
    println!("{}", body::program(0, &modules));
    eprintln!("{counts:#?}");
}
