"""What lies on a file server: trees and listings become one data shape, which every plan can read."""
