#![feature(coroutines)]

#[coweave::coroutine(yields = u32)]
fn misspelt() {
    yield 1;
}

#[coweave::coroutine(colour = red)]
fn unknown() {
    yield 1;
}

fn main() {
    let _: Option<u32> = misspelt().next();
    drop(unknown());
}
