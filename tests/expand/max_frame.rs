#[coweave::coroutine(max_frame = 64)]
fn free(n: u32, text: &str) -> usize {
    text.len().await
}
