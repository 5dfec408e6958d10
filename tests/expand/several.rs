#[coweave::coroutine]
fn task(flag: bool, list: Vec<u32>) -> u32 {
    select! {
        biased;
        Some(n) = first(&list), if flag => last(n).await,
        _ = second() => 2,
        else => 3,
    }
}

#[coweave::coroutine]
fn both() -> (u32, u32) {
    coweave::join!(first(), second())
}
