// SPDX-License-Identifier: Apache-2.0

/// What the words before a global's or function's type say of its name.
struct Linkage {
  var isInternal = false
  var isWeak = false
  /// The definition is another module's: `external` or `extern_weak`.
  var isExternal = false
  var isThreadLocal = false

  private static let weak: Set<String> = [
    "weak", "weak_odr", "linkonce", "linkonce_odr", "extern_weak", "common",
    "available_externally",
  ]

  /// `appending` (the `llvm.used` lists) is each module's own list.
  mutating func add(_ word: String) {
    switch word {
    case "internal", "private", "appending": isInternal = true
    case "external": isExternal = true
    case "thread_local": isThreadLocal = true
    default:
      if Self.weak.contains(word) { isWeak = true }
      if word == "extern_weak" { isExternal = true }
    }
  }
}
