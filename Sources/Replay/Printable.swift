// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

extension String {
  /// The text without what a terminal or XML takes for more than text: each control character,
  /// and each that turns the direction of writing, is replaced by U+FFFD.
  public var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    return String(
      String.UnicodeScalarView(unicodeScalars.map { $0.isUnprintable ? "\u{FFFD}" : $0 }))
  }
}

extension Unicode.Scalar {
  fileprivate var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: value & 0xfffe == 0xfffe
    }
  }
}

extension CallSite {
  fileprivate var printable: CallSite {
    CallSite(function: function.printable, file: file?.printable, line: line)
  }
}

extension Counterexample {
  /// The counterexample with ``Swift/String/printable`` texts, for who did not make it himself.
  public var printable: Counterexample {
    var copy = self
    copy.file = file.printable
    copy.message = message.printable
    copy.callStack = callStack.map(\.printable)
    copy.reports = reports.map { Value(name: $0.name.printable, value: $0.value.printable) }
    copy.trace = trace.map { step in
      var step = step
      step.text = step.text.printable
      step.callStack = step.callStack.map(\.printable)
      return step
    }
    copy.origin.kernel = origin.kernel?.printable
    return copy
  }
}
