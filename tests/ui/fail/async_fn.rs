#![feature(coroutines)]

#[coweave::coroutine]
async fn fetch() -> u32 {
    std::future::ready(1).await
}

fn main() {
    drop(fetch());
}
