// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Replay
import Report

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draws a counterexample.",
    usage: "vmapcheck show FILE [--output PICTURE]",
    discussion: """
      Shows the folios of the buffer, which of their struct pages HVO has freed, the ranges, and \
      the mapping as it should be and as it is.

      Examples:
        vmapcheck show counterexamples/udmabuf_head_page.maps-exactly.json
        vmapcheck show counterexamples/vmap_put_pages.tail-write.json --output picture.html
      """)

  @Argument(help: ArgumentHelp("A counterexample (*.json).", valueName: "FILE"))
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file for the picture, *.svg or *.html, which needs nothing else to be shown.",
      valueName: "PICTURE"))
  var output: String?

  @Option(help: ArgumentHelp("auto, always or never; auto respects NO_COLOR.", valueName: "WHEN"))
  var color = Colour.auto

  mutating func validate() throws {
    guard let output else { return }
    guard output.hasSuffix(".svg") || output.hasSuffix(".html") else {
      throw ValidationError("--output \(output): give a name that ends in .svg or .html")
    }
  }

  func run() throws {
    do {
      let counterexample = try CounterexampleFile.read(file)
      guard let output else {
        let text = ShowText(counterexample, style: color.style)
        Console.shared.write(text.lines.joined(separator: "\n") + "\n")
        return
      }
      let picture = ShowSVG(counterexample)
      let text = output.hasSuffix(".svg") ? picture.file : picture.html
      try ShowCommand.write(text, to: output)
      Console.shared.write("vmapcheck: \(counterexample.spec): picture in \(output)\n")
    } catch {
      let problem = Problem(message: error.description)
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
      throw ExitCode(ReplayStatus.usage.rawValue)
    }
  }

  /// A file that is there is only replaced if it is such a picture.
  private static func write(_ text: String, to path: String) throws(ReplayError) {
    guard mayWrite(path) else {
      throw .file(
        path: path, reason: "left alone, as vmapcheck did not write it; give another --output")
    }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }

  /// There is nothing there yet, or an older picture.
  private static func mayWrite(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFREG,
      let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    else { return false }
    defer { try? file.close() }
    let begin = (try? file.read(upToCount: 128)) ?? Data()
    return ShowSVG.marks.contains { begin.starts(with: Data($0.utf8)) }
  }
}
