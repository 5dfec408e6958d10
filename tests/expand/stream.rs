#[coweave::coroutine(stream = String)]
fn ticks(every: Duration) {
    sleep(every).await;
    yield format!("after {:?}", now().await);
    yield_all!(ticks(every));
}
