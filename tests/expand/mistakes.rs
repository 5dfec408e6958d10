#[coweave::coroutine(yield = u32)]
async fn numbers(n: u32) -> bool {
    n.await
}
