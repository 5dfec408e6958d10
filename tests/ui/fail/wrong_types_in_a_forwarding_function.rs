#![feature(coroutines)]
#[coweave::coroutine]
fn inner(a: u32, b: String) -> u32 {
    a + b.len() as u32
}

#[coweave::coroutine]
fn output(a: u32, b: String) -> String {
    inner(a, b).await
}

#[coweave::coroutine]
fn arguments(a: u32, b: u32) -> u32 {
    inner(a, b).await
}

#[coweave::coroutine]
fn too_few(a: u32) -> u32 {
    inner(a).await
}

fn no_future(a: u32) -> u32 {
    a
}

#[coweave::coroutine]
fn of_no_future(a: u32) -> u32 {
    no_future(a).await
}

fn main() {}
