#[coweave::coroutine]
fn read(file: &mut File, buffer: &mut [u8]) -> usize {
    read_at(file, buffer, 0).await
}

#[coweave::coroutine]
fn nap(duration: Duration) {
    sleep(duration).await;
}
