//! # Word
//!
//! Values that fit into one machine word: numbers, truth values, characters. A variable
//! keeps such a value in an atomic number, where it can be read without a lock and
//! written without an allocation, which is most of what an increment costs.
//!
//! Which types these are is decided here and nowhere else. The question is asked of a
//! type, so the compiler answers it, and of the code below nothing is left at run time.

use std::any::Any;

/// A value that fits into a word.
trait Word: Copy + 'static {
    fn pack(self) -> u64;
    fn unpack(word: u64) -> Self;
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {
        $(impl Word for $number {
            #[inline(always)]
            fn pack(self) -> u64 {
                self as u64
            }

            #[inline(always)]
            fn unpack(word: u64) -> Self {
                word as Self
            }
        })*
    };
}

whole_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Word for bool {
    #[inline(always)]
    fn pack(self) -> u64 {
        u64::from(self)
    }

    #[inline(always)]
    fn unpack(word: u64) -> Self {
        word != 0
    }
}

impl Word for char {
    #[inline(always)]
    fn pack(self) -> u64 {
        u64::from(self)
    }

    #[inline(always)]
    fn unpack(word: u64) -> Self {
        let packed = u32::try_from(word).ok().and_then(char::from_u32);
        packed.unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

impl Word for f32 {
    #[inline(always)]
    fn pack(self) -> u64 {
        u64::from(self.to_bits())
    }

    #[inline(always)]
    fn unpack(word: u64) -> Self {
        // What was packed has no more bits than that.
        Self::from_bits(word as u32)
    }
}

impl Word for f64 {
    #[inline(always)]
    fn pack(self) -> u64 {
        self.to_bits()
    }

    #[inline(always)]
    fn unpack(word: u64) -> Self {
        Self::from_bits(word)
    }
}

macro_rules! for_each_word {
    ($do:ident) => {
        $do!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize bool char f32 f64)
    };
}

/// Returns the value as a word, if its type fits into one.
#[inline(always)]
pub(crate) fn pack<T: 'static>(value: &T) -> Option<u64> {
    let value: &dyn Any = value;
    macro_rules! try_each {
        ($($word:ty)*) => {
            $(if let Some(value) = value.downcast_ref::<$word>() {
                return Some(value.pack());
            })*
        };
    }
    for_each_word!(try_each);
    None
}

/// Returns the value that was packed into a word, if its type fits into one.
#[inline(always)]
pub(crate) fn unpack<T: 'static>(word: u64) -> Option<T> {
    let mut unpacked: Option<T> = None;
    let place: &mut dyn Any = &mut unpacked;
    macro_rules! try_each {
        ($($word:ty)*) => {
            $(if let Some(place) = place.downcast_mut::<Option<$word>>() {
                *place = Some(<$word>::unpack(word));
            })*
        };
    }
    for_each_word!(try_each);
    unpacked
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::{pack, unpack};

    #[track_caller]
    fn returns<T: Clone + Debug + PartialEq + 'static>(values: &[T]) {
        for value in values {
            let word = pack(value).expect("it fits");
            assert_eq!(unpack::<T>(word).as_ref(), Some(value));
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        returns(&[u64::MAX, 0, 1]);
        returns(&[i64::MIN, -1, 0, i64::MAX]);
        returns(&[i8::MIN, -1, i8::MAX]);
        returns(&[u8::MAX, 7]);
        returns(&[usize::MAX, 7]);
        returns(&[true, false]);
        returns(&['a', '\u{10FFFF}', '\0']);
        returns(&[0.0, -0.5, f64::MAX, f64::NEG_INFINITY]);
        returns(&[0.0, -0.5, f32::MAX, f32::NEG_INFINITY]);
    }

    #[test]
    fn what_does_not_fit_is_not_packed() {
        assert_eq!(pack(&String::from("a")), None);
        assert_eq!(pack(&Some(1_u64)), None);
        assert_eq!(unpack::<String>(0), None);
    }
}
