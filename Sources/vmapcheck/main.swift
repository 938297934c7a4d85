print("vmapcheck")
