//! Waits at channels.

use std::rc::Rc;

use coweave::{Instant, sleep_until, spawn_local};

use crate::wait::{Begin, Form, Home, Make, Wait, at, begins, leaked};
use crate::waits::in_both_modes;

in_both_modes! {
    channel;

    fn send(instant, form) {
        let ends = leaked(channel::bounded(1));
        ends.0.try_send(4).unwrap();
        at(instant, move || assert_eq!(ends.1.try_recv(), Ok(4)));
        let begin = begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.send(5).await.unwrap();
        });
        let again = begin.clone();
        Wait::kept(begin).alone().left_as(move |was_fulfilled| Box::pin(async move {
            if !was_fulfilled {
                assert!(ends.1.is_empty(), "its value went with it");
                again().await;
            }
            assert_eq!(ends.1.try_recv(), Ok(5));
            assert!(ends.1.is_empty());
        }))
    }

    fn reserve(instant, form) {
        let ends = leaked(channel::bounded(1));
        ends.0.try_send(4).unwrap();
        at(instant, move || assert_eq!(ends.1.try_recv(), Ok(4)));
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.reserve().await.unwrap().send(5).unwrap();
            assert_eq!(ends.1.try_recv(), Ok(5));
        }))
    }

    fn recv(instant, form) {
        let ends = leaked(channel::bounded(1));
        at(instant, move || ends.0.try_send(5).unwrap());
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_of_unbounded(instant, form) {
        let ends = leaked(channel::unbounded());
        at(instant, move || ends.0.try_send(5).unwrap());
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_the_greatest(instant, form) {
        let ends = leaked(channel::priority());
        at(instant, move || {
            ends.0.try_send(5).unwrap();
        });
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn recv_the_last(instant, form) {
        let (sender, receiver) = channel::bounded(1);
        let receiver = leaked(receiver);
        at(instant, move || {
            sender.try_send(5).unwrap();
            drop(sender);
        });
        Wait::kept(begins!(form, (receiver: channel::Receiver<u32>) {
            assert_eq!(receiver.recv().await, Ok(5));
        }))
    }

    fn recv_the_end(instant, form) {
        let (sender, receiver) = channel::bounded(1);
        let receiver = leaked(receiver);
        at(instant, move || drop(sender));
        Wait::kept(begins!(form, (receiver: channel::Receiver<u32>) {
            assert!(receiver.recv().await.is_err());
        }))
    }

    fn send_to_who_comes(instant, form) {
        let ends = leaked(channel::bounded(0));
        let receiving = spawn_local(async move {
            sleep_until(instant).await;
            ends.1.recv().await
        });
        let begin = begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            ends.0.send(5).await.unwrap();
        });
        let again = begin.clone();
        Wait::kept(begin).alone().left_as(move |was_fulfilled| Box::pin(async move {
            if !was_fulfilled {
                again().await;
            }
            assert_eq!(receiving.await.unwrap(), Ok(5));
            assert!(ends.1.is_empty());
        }))
    }

    fn recv_from_who_comes(instant, form) {
        let ends = leaked(channel::bounded(0));
        drop(spawn_local(async move {
            sleep_until(instant).await;
            ends.0.send(5).await.unwrap();
        }));
        Wait::kept(begins!(form, (ends: (channel::Sender<u32>, channel::Receiver<u32>)) {
            assert_eq!(ends.1.recv().await, Ok(5));
        }))
    }

    fn oneshot(instant, form) {
        let (sender, receiver) = channel::oneshot();
        let receiver = Home::new(receiver);
        at(instant, move || sender.send(5).unwrap());
        Wait::kept(begins!(form, (receiver: Home<channel::oneshot::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!((&mut *receiver).await, Ok(5));
        })).alone()
    }

    fn oneshot_closed(instant, form) {
        let (sender, receiver) = channel::oneshot();
        let sender = Home::new(sender);
        at(instant, move || drop(receiver));
        Wait::kept(begins!(form, (sender: Home<channel::oneshot::Sender<u32>>) {
            let mut sender = sender.lend();
            sender.closed().await;
            assert!(sender.is_closed());
        })).alone()
    }

    fn broadcast(instant, form) {
        let (sender, receiver) = channel::broadcast(2);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::broadcast::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!(receiver.recv().await, Ok(5));
        })).alone()
    }

    fn watch_changed(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::watch::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            receiver.changed().await.unwrap();
            assert_eq!(*receiver.borrow(), 5);
        })).alone()
    }

    fn watch_for(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let (sender, receiver) = (leaked(sender), Home::new(receiver));
        at(instant, move || assert!(sender.send(5).is_ok()));
        Wait::kept(begins!(form, (receiver: Home<channel::watch::Receiver<u32>>) {
            let mut receiver = receiver.lend();
            assert_eq!(*receiver.wait_for(|n| *n == 5).await.unwrap(), 5);
        })).alone()
    }

    fn watch_closed(instant, form) {
        let (sender, receiver) = channel::watch(4);
        let sender = leaked(sender);
        at(instant, move || drop(receiver));
        Wait::kept(begins!(form, (sender: channel::watch::Sender<u32>) {
            sender.closed().await;
            assert_eq!(sender.receiver_count(), 0);
        }))
    }
}
