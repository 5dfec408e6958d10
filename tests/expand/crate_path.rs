#[coweave::coroutine(crate = weave, stream = u32)]
fn renamed(n: u32) {
    yield ready(n).await;
}
