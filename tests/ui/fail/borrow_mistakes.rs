#![feature(coroutines)]

#[coweave::coroutine]
fn uses_after_move(text: String) -> usize {
    drop(text);
    std::future::ready(()).await;
    text.len()
}

#[coweave::coroutine(yield = &'static str)]
fn lends_its_own() {
    let text = String::new();
    yield &text;
}

fn main() {}
