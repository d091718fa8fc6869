//! Names that look alike: two people must not be told apart by a letter of another script.

use unicode_normalization::UnicodeNormalization as _;

/// What a name looks like: two names with one look are taken for each other (Unicode Technical
/// Standard 39, section 4, with the letters that people's names have).
pub(super) fn look(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").nfkd().map(letter).collect()
}

/// The Latin letter or digit that a character is taken for.
fn letter(c: char) -> char {
    match c {
        '|' | '1' | 'I' | 'І' | 'Ι' | 'Ӏ' | 'ı' => 'l',
        '0' | 'О' | 'Ο' => 'O',
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'с' | 'ϲ' => 'c',
        'С' | 'Ϲ' => 'C',
        'ԁ' => 'd',
        'е' => 'e',
        'Е' | 'Ε' => 'E',
        'ɡ' => 'g',
        'һ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'к' | 'κ' => 'k',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ԛ' => 'q',
        'ѕ' => 's',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'Ԝ' => 'W',
        'х' | 'χ' => 'x',
        'Х' | 'Χ' => 'X',
        'у' | 'γ' => 'y',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::look;

    #[test]
    fn letters_of_other_scripts_do_not_make_another_name() {
        assert_eq!(look("anna"), look("аnnа"));
        assert_eq!(look("reviewer-1"), look("reviewer–l"));
        assert_eq!(look("Maria  Ros"), look("Maria Ros"));
        assert_ne!(look("anna"), look("Anna"));
        assert_ne!(look("René"), look("Rene"));
    }
}
