// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report

/// When to use colours.
enum Colour: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// The style for standard output.
  var style: Style {
    switch self {
    case .always: return Style(hasColour: true)
    case .never: return Style(hasColour: false)
    case .auto:
      let variables = ProcessInfo.processInfo.environment
      let isUnwanted = variables["NO_COLOR"]?.isEmpty == false || variables["TERM"] == "dumb"
      return Style(hasColour: Console.shared.isTerminal && !isUnwanted)
    }
  }
}
