//! `race!`.

use std::future::{pending, ready};

use coweave::{Instant, race, sleep};

use crate::support::seconds;

async fn after(count: u64) -> u64 {
    sleep(seconds(count)).await;
    count
}

#[coweave::test]
async fn the_first_that_is_ready_wins() {
    let start = Instant::now();
    let winners = [
        race!(after(1), after(2), after(3)),
        race!(after(2), after(1), after(3)),
        race!(after(3), after(2), async { 0 }),
        race!(ready(9)),
        race!(pending(), after(5),),
    ];
    assert_eq!(winners, [1, 1, 0, 9, 5]);
    assert_eq!(start.elapsed(), seconds(7));
}

#[coweave::test]
async fn a_future_that_lost_is_awaited_later() {
    let mut slow = Box::pin(after(4));
    let first = race!(&mut slow, after(1));
    let second = race!(slow, after(30));
    assert_eq!((first, second), (1, 4));
}
