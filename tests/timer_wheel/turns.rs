//! How much one call does, and how well it knows what comes next.

use coweave::__private::{Due, Look, TimerWheel};

use crate::model::at;

const WINDOW: u64 = 1 << 32;

/// Pops all until `now`, in turns of this budget; returns what was popped, and how many turns it took.
fn turns(wheel: &mut TimerWheel<u64>, now: u64, budget: u32) -> (Vec<u64>, usize) {
    let mut popped = Vec::new();
    for turn in 1.. {
        let mut left = budget;
        loop {
            match wheel.pop_due(at(now), &mut left) {
                Due::Fired(number) => popped.push(number),
                Due::Nothing => return (popped, turn),
                Due::Unfinished => break,
            }
        }
        assert!(turn < 1_000_000, "it does not end");
    }
    unreachable!("there is a last turn")
}

#[test]
fn a_hundred_thousand_equal_deadlines_are_popped_in_order_in_many_turns() {
    let mut wheel = TimerWheel::default();
    for number in 0..100_000 {
        wheel.set(at(WINDOW * 3 + 12_345), number);
    }
    let (popped, turn_count) = turns(&mut wheel, WINDOW * 4, 1000);
    assert!(popped.iter().copied().eq(0..100_000));
    assert!(turn_count >= 100, "{turn_count} turns");
    assert!(wheel.is_empty());
}

#[test]
fn what_is_set_while_a_slot_is_opened_keeps_its_place() {
    let mut wheel = TimerWheel::default();
    let deadline = WINDOW + 777;
    for number in 0..5000 {
        wheel.set(at(deadline), number);
    }
    // Known to be the first since it was set.
    assert_eq!(wheel.pop_due(at(deadline), &mut 1), Due::Fired(0));
    for number in 5000..5100 {
        assert_eq!(wheel.pop_due(at(deadline), &mut 7), Due::Unfinished);
        wheel.set(at(deadline), number);
    }
    let (popped, _) = turns(&mut wheel, deadline, 1000);
    assert!(popped.iter().copied().eq(1..5100));
}

#[test]
fn the_next_window_is_opened_before_it_comes() {
    let mut wheel = TimerWheel::default();
    for number in 0..50_000 {
        wheel.set(at(WINDOW + 1_000_000_000 + number * 1000), number);
    }
    // A worker that has nothing else to do looks again until all is prepared, and then sleeps.
    let mut looks = 0;
    while wheel.next_look(Look::Near, |_| true) < Some(at(WINDOW)) {
        wheel.move_ahead(at(1));
        looks += 1;
    }
    assert!((40..200).contains(&looks), "{looks} looks");
    // What is due first is then found with little.
    let (popped, turn_count) = turns(&mut wheel, WINDOW + 1_000_000_000, 1024);
    assert_eq!((popped, turn_count), (vec![0], 1));
}

#[test]
fn an_exact_look_finds_the_deadline_in_a_slot_that_is_being_opened() {
    let mut wheel = TimerWheel::default();
    // Has the wheel look, and is not there any more.
    let early = wheel.set(at(WINDOW), 0);
    wheel.cancel(early);
    for number in 0..5000 {
        wheel.set(at(WINDOW + 900_000 - number), number);
    }
    assert_eq!(wheel.pop_due(at(WINDOW + 500_000), &mut 2000), Due::Unfinished);
    assert_eq!(wheel.next_look(Look::Exact, |_| true), Some(at(WINDOW + 895_001)));
}

#[test]
fn an_exact_look_finds_the_deadline_among_many() {
    let mut wheel = TimerWheel::default();
    for number in 0..1000 {
        wheel.set(at(WINDOW * 9 + 5000 - number), number);
    }
    assert_eq!(wheel.next_look(Look::Exact, |_| true), Some(at(WINDOW * 9 + 4001)));
    assert_eq!(wheel.next_look(Look::Exact, |number| *number < 500), Some(at(WINDOW * 9 + 4501)));
    assert_eq!(wheel.len(), 500, "those that do not wait are forgotten");
}

/// It would take minutes if every look searched among all that are left.
#[test]
fn exact_looks_and_pops_in_turn_search_among_many_only_once() {
    let mut wheel = TimerWheel::default();
    for number in 0..100_000 {
        wheel.set(at(WINDOW * 9 + number * 1000), number);
    }
    for number in 0..100_000 {
        let next = wheel.next_look(Look::Exact, |_| true).unwrap();
        assert_eq!(next, at(WINDOW * 9 + number * 1000));
        assert_eq!(wheel.pop_due(next, &mut u32::MAX.clone()), Due::Fired(number));
    }
}

#[test]
fn what_never_fires_is_cancelled_like_the_rest() {
    let mut wheel = TimerWheel::default();
    let keys: Vec<_> = (0..3).map(|number| wheel.set(at(u64::MAX), number)).collect();
    assert_eq!(wheel.next_look(Look::Exact, |_| true), None);
    assert_eq!(wheel.pop_due(at(u64::MAX), &mut 1000), Due::Nothing);
    assert_eq!(keys.iter().map(|key| wheel.cancel(*key)).collect::<Vec<_>>(), [0, 1, 2].map(Some));
    assert!(wheel.is_empty());
}

#[test]
fn a_key_never_names_another_timer() {
    let mut wheel = TimerWheel::default();
    let old = wheel.set(at(5), 1);
    assert_eq!(wheel.cancel(old), Some(1));
    let new = wheel.set(at(5), 2);
    assert_eq!((wheel.cancel(old), wheel.get_mut(old)), (None, None));
    assert_eq!(TimerWheel::<u64>::default().cancel(new), None);
    assert_eq!(wheel.cancel(new), Some(2));
}
